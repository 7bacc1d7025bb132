"""What the words about notices share: their buttons, a moment, lists of names, the beginning of the text."""

from collections.abc import Sequence
from datetime import datetime

from plan_data.workdays import ZONE
from records.notices import Notice
from wording.dates import clock_time
from wording.message import Block, Button, file_name

_NAMES_A_BLOCK = 40


def gist(notice: Notice, length: int = 80) -> str:
    """The beginning of the text on one line, or the names of the files."""
    words = " ".join(notice.text.split()) or ", ".join(file_name(each) for each in notice.attachments)
    return words if len(words) <= length else f"{words[:length].rstrip()}…"


def name_blocks(label: str, names: Sequence[str]) -> list[Block]:
    """A list of names, in blocks that a channel can part."""
    parts = [", ".join(names[start : start + _NAMES_A_BLOCK]) for start in range(0, len(names), _NAMES_A_BLOCK)]
    first, *rest = parts
    return [Block(f"{label}: {first}{',' if rest else '.'}"), *(Block(part) for part in rest)]


def to_whom(groups: int, people: int) -> str:
    """ "1 nhóm và 9 người"."""
    parts = [f"{groups} nhóm"] if groups else []
    parts += [f"{people} người"] if people or not groups else []
    return " và ".join(parts)


def moment_words(moment: datetime, now: datetime) -> str:
    """ "14:00 hôm nay"."""
    return clock_time(moment, now.astimezone(ZONE).date())


def received_button(notice: Notice) -> Button:
    """ "I have received it"."""
    return Button("✅ Đã nhận", f"/danhan {notice.id}")


def draft_buttons(notice: Notice) -> tuple[Button, ...]:
    """Send or give up."""
    return Button("📨 Gửi", f"/thongbao gui {notice.id}"), cancel_button(notice)


def now_button(notice: Notice) -> Button:
    """Do not wait for the hour."""
    return Button("📨 Gửi ngay", f"/thongbao gui {notice.id} ngay")


def cancel_button(notice: Notice) -> Button:
    """Give up."""
    return Button("✖️ Hủy", f"/thongbao huy {notice.id}")


def show_button(notice: Notice, label: str) -> Button:
    """Look at its progress."""
    return Button(label, f"/thongbao xem {notice.id}")


def stop_button(notice: Notice) -> Button:
    """Hold back what has not gone out."""
    return Button("⏹ Dừng gửi", f"/thongbao dung {notice.id}")


def resume_button(notice: Notice) -> Button:
    """Let it go on."""
    return Button("▶️ Gửi tiếp", f"/thongbao tiep {notice.id}")
