"""What the terminal says around the conversation: the rehearsal, the demo, and a command typed wrongly."""

import re
from collections.abc import Sequence
from datetime import datetime

from plan_data.workdays import ZONE
from wording.dates import day_name, full_day, named

DEMO_BEGINS = """
Diễn lại tháng 6/2023 của Kế hoạch 567/KH-UBND trên một cơ sở dữ liệu riêng, với đồng hồ mô phỏng: cả tháng trong
khoảng nửa phút, mọi tin nhắn đều do bot tự soạn. Tin gửi nhóm, gửi lãnh đạo và phần tổng hợp của công chức CCHC
được in đầy đủ; tin nhắc riêng từng người và tin được sửa lại thì in một dòng.

   💬 bot nhắn   👤 cán bộ gõ lệnh   🤖 bot trả lời   ✎ bot sửa tin đã gửi
"""
DEMO_ENDS = """
Hết tháng 6/2023. Xem lại từ đầu màn hình, hoặc chạy lại: mỗi lần diễn bắt đầu với cơ sở dữ liệu mới.
"""
BROKEN = "Bot gặp lỗi không lường trước nên dừng lại; chi tiết ở dòng nhật ký phía trên."
_FEW = 4
HOW_TO = "Xem cách dùng: nhacviec --help, hoặc thêm --help sau tên lệnh."

# The command line library speaks English; these are its sentences about a command typed wrongly.
_USAGE = tuple(
    (re.compile(pattern), sentence)
    for pattern, sentence in (
        (r"No such command '(.*?)'", "Không có lệnh “{}”."),
        (r"Missing command", "Thiếu tên lệnh."),
        (r"No such option:? '?(-[\w-]*)", "Không có tùy chọn “{}”."),
        (r"Missing argument '?(\w+)", "Thiếu “{}”."),
        (r"Missing option '?(-[\w-]+)", "Thiếu tùy chọn “{}”."),
        (r"Option '?(-[\w-]+)'? requires", "Thiếu giá trị sau “{}”."),
        (r"unexpected extra argument.* \((.*)\)$", "Thừa “{}”."),
        (r"Invalid value for '?(-*[\w-]+)", "Giá trị của “{}” không dùng được."),
    )
)


def usage_sentence(message: str) -> str:
    """The library's message about a command typed wrongly, in Vietnamese."""
    for pattern, sentence in _USAGE:
        if found := pattern.search(message):
            return sentence.format(*found.groups())
    return f"Lệnh gõ chưa đúng ({message})."


def rehearsal(start: datetime) -> str:
    """Said at every start with a simulated clock."""
    local = start.astimezone(ZONE)
    when = f"{local:%H:%M} {day_name(local.date())} {full_day(local.date())}"
    return f"⚠️ DIỄN TẬP: đồng hồ mô phỏng bắt đầu từ {when}; đây không phải giờ thật.\n"


def at_the_keyboard(name: str, *, in_group: bool) -> str:
    """Said at a terminal before the first prompt."""
    place = " trong nhóm" if in_group else ""
    return f"Anh/chị đang nói{place} với tư cách {name}. Gõ /huongdan để xem các lệnh; Ctrl-D để thoát.\n"


def heading(sign: str, at: datetime, chat: str, mark: str) -> str:
    """The line above a message at the console."""
    return f"── {sign} {_when(at)} → {chat} ({mark}) ──"


def typed(at: datetime, name: str, text: str, *, in_group: bool) -> str:
    """In the demo: what somebody types."""
    place = " (trong nhóm)" if in_group else ""
    return f"👤 {_when(at)} · {name}{place}: {text}"


def private_reminders(at: datetime, people: Sequence[str], what: str) -> str:
    """In the demo: private digests of the same content, in a line."""
    return f"💬 {_when(at)} → riêng {', '.join(people)}: {what}"


def edited(at: datetime, numbers: Sequence[int], what: str) -> str:
    """In the demo: what changed in messages that were posted earlier, in a line."""
    which = f"tin số {', '.join(map(str, numbers))}" if len(numbers) <= _FEW else f"{len(numbers)} tin đã gửi"
    return f"✎  {_when(at)} · sửa {which}: {what}" if what else f"   ✎ sửa {which}"


def _when(at: datetime) -> str:
    local = at.astimezone(ZONE)
    return f"{local:%H:%M} {named(local.date(), local.date())}"


CASES_NOT_WRITTEN = "Chưa ghi gì. Nếu đúng, chạy lại lệnh kèm --yes để ghi."
