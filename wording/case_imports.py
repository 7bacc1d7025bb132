"""The words of importing an export of cases: the preview, what was done, what was taken back. For the clerk alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from plan_data.case_diff import Diff, What
from plan_data.cases import RUNNING, Listed
from plan_data.workdays import ZONE
from wording.dates import clock_time, short_day
from wording.message import Block, Button, Reply, cut, in_rows, say
from wording.refusals import Refusal

_EXAMPLES = 5
_SHORT_NAME = 60


@dataclass(frozen=True, slots=True)
class About:
    """What a preview is about: rows in the file, rows left out because their code comes again, now."""

    cases: int
    twice: int
    now: datetime


def amount(number: int) -> str:
    """ "20.000"."""
    return f"{number:,}".replace(",", ".")


def received(name: str) -> Reply:
    """The file is being fetched and read."""
    return say(f"⏳ Đã nhận tệp {cut(name, _SHORT_NAME)}. Bot đang đọc, xong sẽ gửi bản xem trước; chưa ghi gì.")


def preview(number: int, diff: Diff, about: About, *, again: bool = False) -> Reply:
    """What will happen, with the buttons to let it happen or not."""
    head = [Block("Hồ sơ vừa có thay đổi, nên anh/chị xem lại lần nữa:")] if again else []
    blocks = [Block(line) for line in preview_lines(diff, about)]
    buttons = ((Button("✅ Ghi", f"/hoso #ok {number}"), Button("❌ Bỏ", f"/hoso #bo {number}")),)
    return Reply((*head, *blocks, Block("Chưa ghi gì. Anh/chị xem rồi chọn Ghi hoặc Bỏ.")), buttons)


def preview_lines(diff: Diff, about: About) -> list[str]:
    """What will happen, line by line."""
    twice = f" ({amount(about.twice)} dòng trùng mã, lấy dòng sau cùng)" if about.twice else ""
    counted = {what: diff.counts.get(what, 0) for what in What}
    today = about.now.astimezone(ZONE).date()
    due = [f"{each.after.code} ({_day(each.before.listed, today)} → {_day(each.after, today)})"
           for each in diff.of(What.DUE)]  # fmt: skip
    entries = [
        (counted[What.NEW], f"➕ {{}} hồ sơ mới{_of_the_new(diff.new, about.now)}", []),
        (counted[What.DUE], "📅 {} hồ sơ đổi ngày hẹn trả", due),
        (counted[What.FINISHED], "✅ {} hồ sơ đã xong", []),
        (counted[What.DROPPED], "⛔ {} hồ sơ không tiếp nhận hoặc đã rút", []),
        (counted[What.REOPENED], "🔄 {} hồ sơ mở lại", [each.after.code for each in diff.of(What.REOPENED)]),
        (counted[What.BACK], "↩️ {} hồ sơ xuất hiện trở lại", [each.after.code for each in diff.of(What.BACK)]),
        (counted[What.GONE], "❓ {} hồ sơ chưa xong, không còn trong tệp", [each.listed.code for each in diff.gone]),
        (counted[What.OTHER], "✏️ {} hồ sơ thay đổi khác (trạng thái, người xử lý)", []),
        (diff.same, "• {} hồ sơ giữ nguyên", []),
    ]  # fmt: skip
    lines = [f"📋 Tệp có {amount(about.cases)} hồ sơ{twice}"]
    return lines + [form.format(amount(count)) + _such_as(names) for count, form, names in entries if count]


def _of_the_new(new: Sequence[Listed], now: datetime) -> str:
    running = [case for case in new if case.standing in RUNNING]
    late = sum(case.due is not None and case.due < now for case in running)
    told = f", {amount(late)} đã quá hạn" if late else ""
    return f": {amount(len(running))} đang giải quyết{told}" if running else ""


def _such_as(names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f" và {amount(len(names) - _EXAMPLES)} hồ sơ nữa" if len(names) > _EXAMPLES else ""
    return f": {'; '.join(names[:_EXAMPLES])}{more}"


def _day(case: Listed, today: date) -> str:
    return short_day(case.due.astimezone(ZONE).date(), today) if case.due else "chưa có"


def nothing_changes(cases: int) -> Reply:
    """The records say the same already."""
    return say(f"Không có gì thay đổi: {amount(cases)} hồ sơ trong tệp đều đúng như bot đang theo dõi.")


def imported_before(at: datetime, now: datetime) -> Reply:
    """The very same file."""
    when = clock_time(at, now.astimezone(ZONE).date())
    return say(f"Không có gì thay đổi: tệp này đã được nhập lúc {when}.")


def done(number: int, cases: int) -> Reply:
    """The export is on record."""
    return say(
        f"✅ Đã ghi {amount(cases)} thay đổi về hồ sơ. Bot sẽ nhắc riêng từng người xử lý trước khi báo nhóm. "
        "Xem: /hoso tatca",
        buttons=((Button("↩️ Hoàn tác lần nhập này", f"/hoso hoantac {number}"),),),
    )


def dropped() -> Reply:
    """The export was not wanted."""
    return say("Đã bỏ tệp vừa gửi; chưa có gì thay đổi.")


def closed() -> Reply:
    """It was settled before, or replaced by a newer one."""
    return say("Tệp này đã được xử lý trước đó, anh/chị không cần làm gì thêm. Xem: /hoso tatca")


def undone(at: datetime, now: datetime) -> Reply:
    """An import has been taken back."""
    when = clock_time(at, now.astimezone(ZONE).date())
    return say(f"↩️ Đã hoàn tác lần nhập lúc {when}: mọi hồ sơ trở lại như trước đó.")


def nothing_to_undo() -> Refusal:
    """No import stands, or it is not the last one."""
    return Refusal("Không có lần nhập nào hoàn tác được: chỉ hoàn tác được lần nhập gần nhất.")


def touched(codes: Sequence[str]) -> Refusal:
    """Somebody has worked on cases of the import."""
    return Refusal(
        f"Chưa hoàn tác được: sau lần nhập này đã có ghi nhận bằng tay trên {amount(len(codes))} hồ sơ"
        f"{_such_as(codes)}. Anh/chị nhập tệp xuất mới nhất để cập nhật."
    )


def no_file() -> Refusal:
    """The command came without a file."""
    return Refusal(
        "Anh/chị gửi tệp Excel hoặc CSV do phần mềm Một cửa xuất ra vào tin nhắn riêng này; "
        "bot cho xem trước rồi mới ghi. "
        "Nếu kênh không gửi được tệp, chép tệp vào thư mục nhận hồ sơ trên máy chạy bot."
    )


def too_big_to_fetch() -> Refusal:
    """Telegram hands files of up to 20 MB to bots."""
    return Refusal(
        "Tệp lớn hơn 20 MB nên Telegram không chuyển cho bot được. Anh/chị xuất theo khoảng thời gian ngắn hơn, "
        "hoặc chép tệp vào thư mục nhận hồ sơ trên máy chạy bot."
    )


def not_fetched() -> str:
    """The channel did not hand the file over."""
    return "Bot chưa tải được tệp từ kênh chat. Anh/chị gửi lại tệp sau ít phút. Bot chưa ghi gì."


def refused(name: str, sentence: str) -> Reply:
    """Why a file was not read."""
    return say(f"⚠️ Tệp {cut(name, _SHORT_NAME)}: {sentence}")


def from_folder(name: str, reply: Reply) -> Reply:
    """Above what is said about a file from the watched folder."""
    return Reply((Block(f"📥 Tệp {cut(name, _SHORT_NAME)} trong thư mục nhận hồ sơ:"), *reply.blocks), reply.buttons)


def who_is(number: int, name: str, cases: int, candidates: Sequence[tuple[int, str]]) -> Reply:
    """Ask the clerk, once, who an officer of the file is."""
    buttons = [Button(f"👤 {person}", f"/hoso #cb {number} {person_id}") for person_id, person in candidates]
    none = Button("Không phải cán bộ của cơ quan", f"/hoso #cb {number} 0")
    return say(
        f"❓ Tệp hồ sơ ghi người xử lý “{cut(name, _SHORT_NAME)}” ({amount(cases)} hồ sơ chưa xong); "
        "bot chưa rõ là ai. Anh/chị chọn một lần, bot sẽ nhớ.",
        f"Không có trong danh sách: /hoso canbo {number} Họ và tên",
        buttons=(*in_rows(buttons, 2), (none,)),
    )


def known_as(name: str, person: str) -> Reply:
    """The clerk has decided who a name is."""
    who = (
        f"là {person}"
        if person
        else "không phải cán bộ của cơ quan; hồ sơ của người này được nhắc tới công chức CCHC"
    )
    return say(f"✅ Đã ghi nhớ: “{cut(name, _SHORT_NAME)}” {who}.")


def no_such_name() -> Refusal:
    """No such number among the names of the files."""
    return Refusal("Không có tên này trong các tệp hồ sơ đã nhập. Xem danh sách: /hoso canbo")


def names(known: Sequence[tuple[int, str, str]]) -> Reply:
    """Every name of the files and who it is."""
    lines = [f"{number}. {cut(name, _SHORT_NAME)} → {person}" for number, name, person in known]
    head = "👥 Người xử lý trong các tệp hồ sơ (sửa: /hoso canbo số Họ và tên)"
    return say(head, *lines) if lines else say("Chưa có tên người xử lý nào: anh/chị nhập tệp hồ sơ trước.")


def read_in(cases: int, seconds: float) -> str:
    """At the machine: the file is read."""
    return f"Đã đọc {amount(cases)} hồ sơ trong {seconds:.1f} giây."


def spent(seconds: float, megabytes: float) -> str:
    """At the machine: what it took."""
    return f"Xong sau {seconds:.1f} giây; bộ nhớ nhiều nhất {megabytes:.0f} MB."
