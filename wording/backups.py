"""What is said about backups: to the clerk in /status, and to the person at the machine."""

from datetime import datetime

from plan_data.workdays import ZONE
from records.backup_result import Backup
from wording.dates import clock_time

BOT_IS_RUNNING = "Bot đang chạy nên chưa khôi phục được. Hãy dừng bot trước, rồi chạy lại lệnh này."
NO_BACKUP_YET = "Chưa có bản sao lưu nào; bot sao lưu lúc 2 giờ sáng."


def backup_line(backup: Backup | None, now: datetime) -> str:
    """How things stand, for the clerk."""
    today = now.astimezone(ZONE).date()
    if backup is None or (backup.good is None and not backup.trouble and not backup.is_too_old(now)):
        return f"💾 {NO_BACKUP_YET}"
    made = f"Bản sao lưu gần nhất: {clock_time(backup.good, today)}" if backup.good else "Chưa có bản sao lưu nào"
    if backup.good is not None and backup.good == backup.tried and not backup.is_too_old(now):
        proof = "đã khôi phục thử, đủ dữ liệu" if backup.proven else f"chưa khôi phục thử được: {backup.trouble}"
        flaw = f" ⚠️ {backup.trouble}" if backup.proven and backup.trouble else ""
        return f"💾 {made}, {_sentence(proof)}{flaw}"
    why = f" Lần thử gần nhất không được: {_sentence(backup.trouble)}" if backup.trouble else ""
    return f"⚠️ {made}.{why} Anh/chị báo người quản trị giúp."


def made(backup: Backup) -> str:
    """At the machine, after a backup was asked for."""
    if backup.good != backup.tried:
        return f"Chưa sao lưu được: {_sentence(backup.trouble)}"
    rows = f"{backup.rows:,}".replace(",", ".")
    proof = f"đã khôi phục thử và đếm được {rows} dòng" if backup.proven else backup.trouble
    return f"Đã sao lưu vào {backup.file}: {_sentence(proof)}"


def overwrites(place: str) -> str:
    """Restoring replaces what is there: only with --yes."""
    return (
        f"Khôi phục sẽ thay toàn bộ dữ liệu đang có trong {place} bằng bản sao. "
        "Nếu chắc chắn, chạy lại lệnh này và thêm --yes."
    )


def restored(file: str, rows: int, aside: str) -> str:
    """At the machine, after a copy was put in the database's place."""
    kept = f" Dữ liệu trước đó được giữ ở {aside}." if aside else ""
    counted = f"{rows:,}".replace(",", ".")
    return f"Đã khôi phục từ {file}: {counted} dòng.{kept} Nay có thể chạy lại bot."


def no_such_copy(file: str) -> str:
    """The file that was named is not there."""
    return f"Không có tệp {file}."


def newer(version: str) -> str:
    """The copy was made by a later program than this one."""
    return f"Bản sao này thuộc phiên bản mới hơn của chương trình (lược đồ {version}); hãy cài bản mới trước."


def restored_notice(made_at: datetime, now: datetime) -> str:
    """To the clerk, after a restore: what the bot no longer knows."""
    today = now.astimezone(ZONE).date()
    return (
        f"Dữ liệu vừa được khôi phục từ bản sao lúc {clock_time(made_at, today)}. Những gì cơ quan ghi nhận sau lúc "
        "đó bot không còn biết: anh/chị xem /tinhhinh và ghi lại giúp. Vài lời nhắc có thể đến lần thứ hai."
    )


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."
