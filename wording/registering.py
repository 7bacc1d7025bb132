"""The words of /start with a code, and of /register."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from plan_data.workdays import ZONE
from wording.message import Block, Button, Reply, say
from wording.people import role_list
from wording.refusals import Refusal

PAGE = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """A role that can be asked for."""

    role: str
    name: str
    chosen: bool


def now_clerk(name: str, office: str) -> Reply:
    """The set-up code was right."""
    return Reply(
        (
            Block(f"✅ Xin chào {name}!", heading=True),
            Block(f"Từ nay anh/chị là công chức CCHC phụ trách bot nhắc việc của {office}."),
            Block("Việc nên làm tiếp:"),
            Block("1. Đưa danh sách cán bộ vào: /canbo nhap"),
            Block("2. Thêm bot vào nhóm của cơ quan, rồi gửi /ketnoi ngay trong nhóm."),
            Block("3. Mời từng cán bộ mở tin nhắn riêng với bot và gửi /dangky."),
            Block("Xem mọi lệnh: /huongdan"),
        )
    )


def now_person(name: str, roles: Sequence[str]) -> Reply:
    """The one-time code was right, or the clerk has approved."""
    return Reply(
        (
            Block(f"✅ Xin chào {name}!", heading=True),
            Block(f"Từ nay bot nhắc việc cho anh/chị tại đây. Vị trí: {role_list(roles)}."),
            Block("Gửi /viec để xem việc đang chờ, /huongdan để xem mọi lệnh."),
        )
    )


def joined(name: str) -> Reply:
    """In a group: another account of a person who is known already."""
    return say(f"✅ Đã gắn tài khoản này với {name}.")


def already_yours(name: str) -> Reply:
    """The account is that person's."""
    return say(f"Tài khoản này đã là của {name}, anh/chị không cần làm gì thêm. Gửi /viec để xem việc đang chờ.")


NO_CODE_YET = "Nếu là cán bộ của cơ quan mà chưa có mã, anh/chị gửi /dangky để đăng ký."


def wrong_code(stranger: bool) -> Reply:
    """No such code, or it is valid no longer."""
    advice = (
        "Mã vừa gửi chưa đúng hoặc không còn hiệu lực. Anh/chị kiểm tra lại từng ký tự, hoặc xin công chức CCHC "
        "cấp mã mới."
    )
    return say(advice, NO_CODE_YET) if stranger else say(advice)


def too_many_codes() -> Reply:
    """Too many wrong codes."""
    return say(
        "Anh/chị đã gửi sai mã nhiều lần nên bot tạm ngừng nhận mã từ tài khoản này trong một giờ. Sau đó anh/chị "
        "thử lại, hoặc xin công chức CCHC cấp mã mới."
    )


def code_in_group() -> Reply:
    """A code that must not be shown in a group."""
    return say("Mã này phải gửi trong tin nhắn riêng với bot. Anh/chị mở tin nhắn riêng với bot rồi gửi lại ở đó.")


def code_given_away() -> Reply:
    """A one-time code that a whole group has read."""
    return say(
        "Cả nhóm đã đọc được mã này nên bot đã hủy mã. Anh/chị xin công chức CCHC cấp mã mới, rồi gửi trong tin "
        "nhắn riêng với bot."
    )


def account_taken(name: str) -> Refusal:
    """The account belongs to somebody else."""
    return Refusal(
        f"Tài khoản này đang là của {name} nên chưa dùng mã của người khác được. Nếu tài khoản đã đổi chủ, nhờ công "
        f"chức CCHC ghi nhận {name} nghỉ trước, rồi gửi lại mã."
    )


def no_clerk_role() -> Refusal:
    """The plan has no role for the clerk."""
    return Refusal(
        'Kế hoạch đang dùng chưa có vị trí công chức CCHC (function = "clerk"). Nhờ người quản trị bổ sung trong tệp '
        "kế hoạch rồi khởi động lại bot."
    )


def setup_code(code: str) -> str:
    """To the person at the machine, at start."""
    return (
        f"\n🔑 Mã cài đặt: {code}\nCông chức CCHC mở tin nhắn riêng với bot và gửi: /batdau {code}\n"
        "Ai gửi mã này trước sẽ là người phụ trách bot; không gửi mã vào nhóm.\n"
    )


def ask_name(account_name: str) -> Reply:
    """Step 1 of /register."""
    button = Button(f"Dùng tên: {account_name}"[:60], "/dangky #dungten")
    return Reply(
        (
            Block("📝 Đăng ký, bước 1/3: họ và tên", heading=True),
            Block("Anh/chị gõ /dangky kèm họ và tên đầy đủ, có dấu. Ví dụ: /dangky Nguyễn Văn A"),
        ),
        ((button,),) if account_name else (),
    )


def ask_roles(name: str, choices: Sequence[Choice], page: int) -> Reply:
    """Steps 2 and 3 of /register: roles to toggle, and the way to send."""
    pages = max((len(choices) + PAGE - 1) // PAGE, 1)
    page = min(max(page, 1), pages)
    counted = f" (trang {page}/{pages})" if pages > 1 else ""
    chosen = [choice.name for choice in choices if choice.chosen]
    rows = [
        (Button(f"{'☑️' if choice.chosen else '⬜'} {choice.name}"[:60], f"/dangky #vt {choice.role}"),)
        for choice in choices[(page - 1) * PAGE : page * PAGE]
    ]
    turns = [Button("◀️ Trang trước", f"/dangky #trang {page - 1}")] if page > 1 else []
    turns += [Button("Trang sau ▶️", f"/dangky #trang {page + 1}")] if page < pages else []
    last = (Button("✏️ Sửa tên", "/dangky #suaten"), Button("📨 Gửi yêu cầu", "/dangky #gui"))
    return Reply(
        (
            Block(f"📝 Đăng ký, bước 2/3: vị trí{counted}", heading=True),
            Block(f"Họ và tên: {name}"),
            Block(f"Đã chọn: {_chosen(chosen)}"),
            Block("Chọn các vị trí của mình; chọn lần nữa là bỏ. Không thấy vị trí của mình thì bỏ qua."),
            Block("Bước 3/3: chọn Gửi yêu cầu."),
        ),
        (*rows, *((tuple(turns),) if turns else ()), last),
    )


def _chosen(roles: Sequence[str]) -> str:
    return ", ".join(roles) or "chưa chọn vị trí nào"


def sent(number: int, name: str, roles: Sequence[str]) -> Reply:
    """The request waits for the clerk."""
    return say(
        f"📨 Đã gửi yêu cầu đăng ký số {number}: {name}, {_chosen(roles)}.",
        "Công chức CCHC duyệt trong giờ làm việc; bot sẽ báo kết quả tại đây.",
        buttons=((Button("✏️ Sửa yêu cầu", "/dangky #lai"),),),
    )


def waiting(number: int, name: str, roles: Sequence[str]) -> Reply:
    """It has been sent before."""
    return say(
        f"Yêu cầu đăng ký số {number} của anh/chị ({name}, {_chosen(roles)}) đang chờ công chức CCHC duyệt.",
        "Nếu cần sửa, anh/chị chọn mục dưới đây rồi gửi lại.",
        buttons=((Button("✏️ Sửa yêu cầu", "/dangky #lai"),),),
    )


def registered_already(name: str, roles: Sequence[str]) -> Reply:
    """Somebody who is known asks again."""
    return say(
        f"Anh/chị đã đăng ký: {name}, {role_list(roles)}.",
        "Gửi /viec để xem việc đang chờ. Nếu tên hoặc vị trí chưa đúng, nhờ công chức CCHC sửa giúp.",
    )


def code_for_a_group(code: str, until: datetime) -> Reply:
    """Where a platform gives a person another id in a group: the code that joins the two."""
    return Reply(
        (
            Block(f"🔑 Mã gắn tài khoản trong nhóm: {code}", heading=True),
            Block(f"Trong nhóm của cơ quan, anh/chị nhắc tên bot rồi gõ: batdau {code}"),
            Block(f"Mã dùng một lần, đến hết ngày {until.astimezone(ZONE):%d/%m}; không đưa mã cho người khác."),
        )
    )


def code_for_a_group_is_above() -> Reply:
    """The answer after it."""
    return say("Mã ở tin nhắn trên. Chỉ cần khi trong nhóm bot không nhận ra anh/chị.")


def too_many_requests() -> Refusal:
    """The account has sent too many requests today."""
    return Refusal(
        "Hôm nay anh/chị đã gửi nhiều yêu cầu đăng ký. Anh/chị vui lòng liên hệ trực tiếp công chức Văn phòng - "
        "Thống kê (CCHC), hoặc gửi lại vào ngày mai."
    )
