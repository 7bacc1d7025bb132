"""The words of /people: the roster, one person, codes, and lists of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from plan_data.workdays import ZONE
from wording.channels import channel_name
from wording.dates import full_day, named
from wording.message import Block, Button, Reply, say
from wording.refusals import Refusal

NEVER_REACHED = "chưa từng liên lạc được"


@dataclass(frozen=True, slots=True)
class Entry:
    """A person as the roster shows them. `unreachable` says why nothing arrives; empty when it does."""

    number: int
    name: str
    roles: tuple[str, ...]
    channels: tuple[str, ...]
    unreachable: str = ""
    retired: bool = False
    away: str = ""


def role_list(roles: Sequence[str]) -> str:
    """Roles in a line."""
    return ", ".join(roles) or "chưa có vị trí"


def roster_page(
    entries: Sequence[Entry], page: int, pages: int, active: int, waiting: Sequence[tuple[int, str]], links: list[str]
) -> Reply:
    """A page of the roster; `waiting` are registrations, `links` open the bot on a channel."""
    counted = f" (trang {page}/{pages})" if pages > 1 else ""
    blocks = [Block(f"👥 Cán bộ: {active} người{counted}", heading=True)]
    blocks += [Block(entry_line(entry)) for entry in entries]
    if waiting:
        blocks.append(Block("\n🙋 Chờ duyệt", heading=True))
        blocks += [Block(f"• Số {number}: {name}. Duyệt: /duyet {number}") for number, name in waiting]
    if any(entry.unreachable and not entry.retired for entry in entries):
        blocks.append(Block("\nNgười chưa liên lạc được: cấp mã bằng /canbo kèm số và chữ ma, ví dụ /canbo 5 ma."))
        blocks += [Block(f"Đường dẫn mở bot để gửi cho họ: {link}") for link in links]
    blocks.append(
        Block("\nXem một người: /canbo 5. Thêm: /canbo them Họ và tên; vị trí. Nhập danh sách: /canbo nhap.")
    )
    turns = [Button("◀️ Trang trước", f"/canbo trang {page - 1}")] if page > 1 else []
    turns += [Button("Trang sau ▶️", f"/canbo trang {page + 1}")] if page < pages else []
    return Reply(tuple(blocks), (tuple(turns),) if turns else ())


def entry_line(entry: Entry) -> str:
    """One person in one line."""
    if entry.retired:
        return f"{entry.number}. {entry.name}: đã nghỉ"
    parts = [f"{entry.number}. {entry.name}: {role_list(entry.roles)}", *_reach(entry)]
    return " · ".join([*parts, *([entry.away] if entry.away else [])])


def _reach(entry: Entry) -> list[str]:
    channels = [", ".join(entry.channels)] if entry.channels else []
    return [*channels, f"⚠️ {entry.unreachable}"] if entry.unreachable else channels


def cannot_reach(why: str) -> str:
    """Nothing arrives any more, and why."""
    return f"không liên lạc được: {why}"


def card(entry: Entry, joined_on: date) -> Reply:
    """One person, and what the clerk can do."""
    number = entry.number
    lines = [f"Vị trí: {role_list(entry.roles)}", f"Từ ngày: {full_day(joined_on)}"]
    reach = " · ".join(_reach(entry))
    lines.append(f"Kênh: {reach}")
    lines += [f"Vắng: {entry.away}"] if entry.away else []
    if entry.retired:
        lines = [f"Đã nghỉ; bot không gửi gì cho người này. Trở lại làm việc: /canbo {number} lai"]
        return Reply((Block(f"{number}. {entry.name}", heading=True), *map(Block, lines)))
    lines.append(
        f"Đổi vị trí: /canbo {number} vitri tư pháp, một cửa\n"
        f"Đổi tên: /canbo {number} ten Họ tên mới\n"
        f"Cho nghỉ: /canbo {number} nghi"
    )
    button = Button("🔑 Cấp mã", f"/canbo {number} ma")
    return Reply((Block(f"{number}. {entry.name}", heading=True), *map(Block, lines)), ((button,),))


def added(number: int, name: str, roles: Sequence[str]) -> Reply:
    """A new person, who has no account yet."""
    return say(
        f"✅ Đã thêm cán bộ số {number}: {name} ({role_list(roles)}).",
        "Người này chưa có tài khoản với bot. Anh/chị cấp mã để họ gửi cho bot, hoặc bảo họ gửi /dangky.",
        buttons=((Button("🔑 Cấp mã", f"/canbo {number} ma"),),),
    )


def roles_changed(name: str, before: Sequence[str], after: Sequence[str]) -> Reply:
    """A person has other roles now."""
    return say(f"✅ Vị trí của {name}: {role_list(after)} (trước đây: {role_list(before)}).")


def renamed(before: str, after: str) -> Reply:
    """A person's name is written differently now."""
    return say(f"✅ Đã đổi tên {before} thành {after}.")


def retired(number: int, name: str) -> Reply:
    """A person has left."""
    return say(
        f"✅ Đã ghi nhận {name} nghỉ. Từ phút này bot không gửi gì cho {name} nữa; "
        "những việc đã ghi nhận vẫn được giữ.",
        f"Nếu {name} trở lại: /canbo {number} lai",
    )


def reinstated(name: str, roles: Sequence[str]) -> Reply:
    """A person is back."""
    return say(f"✅ {name} đã trở lại danh sách cán bộ, vị trí: {role_list(roles)}.")


def code_for(name: str, code: str, until: datetime, links: Sequence[str]) -> Reply:
    """A one-time code, in a message of its own."""
    local = until.astimezone(ZONE)
    blocks = [
        Block(f"🔑 Mã dùng một lần của {name}: {code}", heading=True),
        Block(f"Hiệu lực đến {local:%H:%M} {named(local.date(), local.date())}."),
        Block(f"{name} mở tin nhắn riêng với bot rồi gửi: /batdau {code}"),
        *(Block(f"Hoặc mở đường dẫn này: {link}") for link in links),
        Block("Anh/chị chuyển mã tận tay đúng người, không gửi vào nhóm."),
    ]
    return Reply(tuple(blocks))


def code_is_above(name: str) -> Reply:
    """The answer after the message with the code."""
    return say(f"Mã của {name} ở tin nhắn trên. Mã cấp trước đó cho {name} (nếu có) không còn dùng được.")


CODE_FORGOTTEN = say("(Tin này chứa mã dùng một lần; bot không giữ lại mã.)")


def unreached(count: int, clerk: bool) -> str:
    """A line of the board."""
    where = " (/canbo)" if clerk else ""
    return f"\n⚠️ Chưa liên lạc được qua bot: {count} người{where}."


def in_private(command: str) -> Refusal:
    """Said in a group, where it does not belong."""
    return Refusal(f"Lệnh /{command} chỉ dùng trong tin nhắn riêng với bot. Anh/chị mở tin nhắn riêng rồi gửi lại.")


def no_such_person(words: str) -> Refusal:
    """Nobody on the roster has that number or name."""
    if not words:
        return Refusal("Anh/chị cho biết tên hoặc số của cán bộ, ví dụ: Nguyễn Văn A hoặc 5.")
    return Refusal(f"Không có cán bộ “{words}” đang làm việc. Anh/chị kiểm tra lại tên hoặc số của cán bộ.")


def no_such_number(number: int) -> Refusal:
    """No person has that number."""
    return Refusal(f"Không có cán bộ số {number}. Anh/chị gửi /canbo để xem danh sách.")


def several_people(words: str, people: Sequence[tuple[int, str]]) -> Refusal:
    """Several people have that name."""
    found = ", ".join(f"{name} (số {number})" for number, name in people)
    return Refusal(f"Có nhiều cán bộ tên “{words}”: {found}. Anh/chị gõ số của cán bộ thay cho tên.")


def unknown_roles(words: Sequence[str], known: Sequence[str]) -> Refusal:
    """These words name no role, or several."""
    named_so = ", ".join(f"“{word}”" for word in words)
    return Refusal(f"Chưa rõ vị trí {named_so}. Các vị trí: {'; '.join(known)}.")


def bad_name(text: str) -> Refusal:
    """That is no name."""
    shown = f"“{text[:40]}” chưa phải là họ tên." if text else "Còn thiếu họ tên."
    return Refusal(f"{shown} Anh/chị gõ đầy đủ họ và tên, ví dụ: Nguyễn Văn A.")


def known_already(number: int, name: str, retired: bool) -> Refusal:
    """Somebody on the roster has that name."""
    again = f"Nếu đây là người cũ trở lại, gửi /canbo {number} lai" if retired else f"Xem người này: /canbo {number}"
    return Refusal(
        f"Đã có cán bộ số {number} tên {name}. {again}; nếu là người khác trùng tên, thêm chữ để phân biệt, "
        "ví dụ: Nguyễn Văn A (Tư pháp)."
    )


def last_clerk(name: str) -> Refusal:
    """Without this person nobody could run the bot."""
    return Refusal(
        f"{name} là công chức CCHC duy nhất đang dùng bot. Anh/chị giao vị trí CCHC cho một người đã có tài khoản "
        "trước, rồi làm lại."
    )


def revoked(number: int, name: str, channels: Sequence[str]) -> Reply:
    """The accounts are nobody's any more."""
    where = ", ".join(channel_name(channel) for channel in channels)
    return say(
        f"Đã thu hồi tài khoản {where} của {name}. Tài khoản đó không dùng được bot nữa; "
        "tin đang chờ gửi đến đó đã bỏ.",
        f"Cấp lại khi cần: /canbo {number} ma",
    )


def no_account(name: str, channel: str) -> Refusal:
    """There is nothing to revoke."""
    where = f" ở {channel_name(channel)}" if channel else ""
    return Refusal(f"{name} không có tài khoản nào{where}.")


def has_retired(number: int, name: str) -> Refusal:
    """The person has left."""
    return Refusal(f"{name} đã nghỉ. Nếu {name} trở lại, gửi /canbo {number} lai trước.")


def not_retired(name: str) -> Refusal:
    """The person is here."""
    return Refusal(f"{name} vẫn đang trong danh sách cán bộ, không cần làm gì thêm.")


def unclear(number: int) -> Refusal:
    """The words after the number mean nothing."""
    return Refusal(
        f"Bot chưa hiểu cần làm gì với cán bộ số {number}. Cách dùng: /canbo {number} vitri tư pháp, một cửa · "
        f"/canbo {number} ten Họ tên mới · /canbo {number} ma · /canbo {number} thuhoi · /canbo {number} nghi · "
        f"/canbo {number} lai"
    )
