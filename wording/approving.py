"""The words with which the clerk is asked to let somebody in, and of the decision."""

from collections.abc import Sequence
from dataclasses import dataclass

from wording.channels import channel_name
from wording.message import Block, Button, Reply, say
from wording.people import role_list
from wording.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Namesake:
    """Somebody on the roster with the applicant's name."""

    number: int
    name: str
    roles: tuple[str, ...]
    has_account: bool


def asks_to_join(
    number: int,
    name: str,
    roles: Sequence[str],
    channel: str,
    account_name: str,
    namesakes: Sequence[Namesake],
    former: str,
) -> Reply:
    """To the clerk: somebody wants to be let in."""
    shown = f", tên hiển thị “{account_name}”" if account_name else ""
    blocks = [
        Block(f"🙋 Yêu cầu đăng ký số {number}", heading=True),
        Block(f"Họ và tên: {name}"),
        Block(f"Vị trí: {', '.join(roles) or 'chưa chọn vị trí nào'}"),
        Block(f"Tài khoản: {channel_name(channel)}{shown}"),
        *(Block(_namesake(each, number)) for each in namesakes),
    ]
    if former:
        blocks.append(Block(f"⚠️ Tài khoản này trước đây là của {former}, đã nghỉ."))
    blocks.append(Block("Anh/chị chỉ duyệt khi biết chắc đây đúng là cán bộ của cơ quan."))
    return Reply(tuple(blocks), (_decide(number),))


def _namesake(person: Namesake, number: int) -> str:
    who = f"cán bộ số {person.number} ({person.name}: {role_list(person.roles)})"
    if person.has_account:
        return (
            f"⚠️ Trùng tên với {who} đã có tài khoản. Nếu là cùng một người: từ chối yêu cầu này và cấp mã bằng "
            f"/canbo {person.number} ma."
        )
    return f"Khi duyệt, tài khoản này được gắn với {who} đang có trong danh sách."


def _decide(number: int) -> tuple[Button, ...]:
    return (Button("✅ Duyệt", f"/duyet {number}"), Button("❌ Từ chối", f"/tuchoi {number}"))


def approved(number: int, name: str, person: int, roles: Sequence[str], is_new: bool) -> Reply:
    """To the clerk: somebody was let in."""
    how = f"là cán bộ số {person}" if is_new else f"gắn với cán bộ số {person} đang có trong danh sách"
    return say(
        f"✅ Đã duyệt yêu cầu số {number}: {name} {how}, vị trí: {role_list(roles)}.",
        f"Sửa vị trí nếu cần: /canbo {person} vitri tư pháp, một cửa",
    )


def denied(number: int, name: str) -> Reply:
    """To the clerk: somebody was not let in."""
    return say(f"Đã từ chối yêu cầu số {number} của {name}; bot đã báo cho người gửi.")


def you_are_denied(number: int) -> Reply:
    """To the applicant."""
    return say(
        f"Yêu cầu đăng ký số {number} chưa được chấp nhận.",
        "Nếu có nhầm lẫn, anh/chị liên hệ trực tiếp công chức Văn phòng - Thống kê (CCHC), rồi gửi lại /dangky.",
    )


def decided_before(number: int, state: str) -> Reply:
    """Twice is not an error."""
    words = {"approved": "đã được duyệt", "denied": "đã bị từ chối", "withdrawn": "đã được người gửi rút lại"}
    return say(f"Yêu cầu số {number} {words.get(state, 'chưa được gửi')}, anh/chị không cần làm gì thêm.")


def account_known(number: int, name: str) -> Reply:
    """To the clerk: the applicant's account has become somebody's meanwhile."""
    return say(f"Tài khoản gửi yêu cầu số {number} nay đã là của {name}; yêu cầu được đóng lại.")


def which_request(command: str, waiting: Sequence[tuple[int, str]]) -> Refusal:
    """No number, or one that no request has."""
    if not waiting:
        return Refusal("Hiện không có yêu cầu đăng ký nào chờ duyệt.")
    found = ", ".join(f"số {number} ({name})" for number, name in waiting)
    return Refusal(f"Anh/chị cho biết số của yêu cầu, ví dụ: /{command} {waiting[0][0]}. Đang chờ duyệt: {found}.")
