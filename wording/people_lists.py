"""The words of importing a list of people: the preview, and what was done."""

from collections.abc import Sequence

from wording.message import Block, Button, Reply, say
from wording.people import role_list
from wording.refusals import Refusal

SHOWN = 40


def new_person(name: str, roles: Sequence[str]) -> str:
    """A line of the preview: somebody who is not on the roster yet."""
    return f"➕ {name}: {role_list(roles)}"


def changed_person(number: int, before: str, name: str, roles_before: Sequence[str], roles: Sequence[str]) -> str:
    """A line of the preview: other roles, another spelling of the name, or both."""
    renamed = f" (đang ghi: {before})" if before != name else ""
    moved = f": {role_list(roles_before)} → {role_list(roles)}" if tuple(roles_before) != tuple(roles) else ""
    return f"✏️ Số {number} {name}{renamed}{moved}"


def preview(number: int, new: Sequence[str], changed: Sequence[str], same: int) -> Reply:
    """What will happen, with the buttons to let it happen or not."""
    buttons = ((Button("✅ Ghi vào danh sách", f"/canbo #ok {number}"), Button("❌ Bỏ", f"/canbo #bo {number}")),)
    return Reply(tuple(Block(line) for line in preview_lines(new, changed, same)), buttons)


def preview_lines(new: Sequence[str], changed: Sequence[str], same: int) -> list[str]:
    """What will happen, line by line."""
    lines = [f"📋 Xem trước: {len(new)} người mới, {len(changed)} người thay đổi, {same} người giữ nguyên"]
    shown = [*new, *changed]
    lines += shown[:SHOWN]
    return [*lines, f"… và {len(shown) - SHOWN} người nữa."] if len(shown) > SHOWN else lines


def nothing_new(same: int) -> Reply:
    """The roster says the same already."""
    return say(f"Không có gì thay đổi: {same} người trong danh sách vừa gửi đều đã có, đúng như danh sách cán bộ.")


def problems(found: Sequence[str]) -> Reply:
    """Why nothing was written: every mistake with its line."""
    lines = list(found[:SHOWN])
    lines += [f"… và {len(found) - SHOWN} lỗi nữa."] if len(found) > SHOWN else []
    return say("⚠️ Danh sách có lỗi nên chưa ghi gì. Anh/chị sửa rồi gửi lại cả danh sách:", *lines)


def no_name(line: int) -> str:
    """A line without a name that could be one."""
    return f"Dòng {line}: thiếu họ tên, hoặc họ tên chưa đúng. Mỗi dòng có dạng: Họ và tên; vị trí, vị trí"


def unknown_role(line: int, name: str, words: Sequence[str]) -> str:
    """A line with roles that the plan does not have."""
    return f"Dòng {line} ({name}): chưa rõ vị trí {', '.join(f'“{word}”' for word in words)}."


def twice(line: int, name: str, first: int) -> str:
    """Two lines for one name."""
    return f"Dòng {line}: {name} đã có ở dòng {first}."


def retired_before(line: int, name: str, number: int) -> str:
    """A name of somebody who has left."""
    return f"Dòng {line}: {name} trùng tên với cán bộ số {number} đã nghỉ. Nếu trở lại: /canbo {number} lai"


def several(line: int, name: str, numbers: Sequence[int]) -> str:
    """A name that several people have."""
    found = ", ".join(f"số {number}" for number in numbers)
    return f"Dòng {line}: có nhiều cán bộ tên {name} ({found}). Anh/chị sửa từng người bằng /canbo kèm số."


def no_clerk_left(name: str) -> str:
    """The list would leave the office without a clerk."""
    return f"{name} là công chức CCHC duy nhất đang dùng bot, nên danh sách phải giữ vị trí CCHC cho người này."


def done(new: int, changed: int) -> Reply:
    """The list is on the roster."""
    return say(f"✅ Đã ghi vào danh sách cán bộ: {new} người mới, {changed} người thay đổi. Xem: /canbo")


def dropped() -> Reply:
    """The list was not wanted."""
    return say("Đã bỏ danh sách vừa gửi; chưa có gì thay đổi.")


def closed() -> Reply:
    """The list was confirmed or dropped before, or replaced by a newer one."""
    return say("Danh sách này đã được xử lý trước đó, anh/chị không cần làm gì thêm. Xem: /canbo")


def changed_meanwhile() -> str:
    """Above a second preview."""
    return "Danh sách cán bộ vừa thay đổi, nên anh/chị xem lại lần nữa:"


def how_to(example_roles: Sequence[str]) -> Refusal:
    """The list is missing."""
    example = "; ".join(["Nguyễn Văn A", ", ".join(example_roles[:2])])
    return Refusal(
        "Anh/chị gửi /canbo nhap, xuống dòng rồi ghi mỗi người một dòng: Họ và tên; vị trí, vị trí. Ví dụ:\n"
        f"/canbo nhap\n{example}\nTrần Thị B; {example_roles[-1]}"
    )


def unreadable(file: str, why: str) -> str:
    """The file cannot be read."""
    return f"Không đọc được tệp {file}: {why}"


ADD_YES = "Chưa ghi gì. Nếu đúng, chạy lại lệnh kèm --yes để ghi vào danh sách cán bộ."
BAD_FILE = "Tệp có lỗi nên chưa ghi gì:"
NOT_UTF8 = "tệp không ở dạng UTF-8; hãy lưu lại dạng “CSV UTF-8” hoặc Excel (.xlsx)."
NOT_A_TABLE = "tệp phải là .csv hoặc .xlsx."
NO_FILE = "không có tệp này; anh/chị kiểm tra lại đường dẫn."
CLOSED_FILE = "không mở được; anh/chị kiểm tra quyền đọc tệp."
NO_ROWS = "không có dòng nào ghi họ tên. Cần cột Họ và tên, và cột Vị trí."
BROKEN_FILE = "tệp hỏng hoặc không phải bảng tính Excel."
