"""Buttons on a platform that has none: a list of numbers, and what is said when a number cannot be understood."""

from collections.abc import Sequence

from wording.message import Block, Button, Reply, cut, say
from wording.refusals import Refusal

_ONE_LINE = 60
_LABEL_LENGTH = 80


def numbered(buttons: Sequence[Button], *, in_group: bool) -> list[Block]:
    """The buttons as numbers from 1; few and short ones in a line.

    A group must be told that the answer has to be a reply: the platform delivers nothing else from there.
    """
    if not buttons:
        return []
    opening = "Trả lời tin này bằng số:" if in_group else "Trả lời số:"
    lines = [f"{number} {cut(each.label, _LABEL_LENGTH) or '…'}" for number, each in enumerate(buttons, start=1)]
    together = f"{opening} {' · '.join(lines)}"
    if len(together) <= _ONE_LINE:
        return [Block(f"\n{together}")]
    return [Block(f"\n{opening}", heading=True), *(Block(line) for line in lines)]


def part_of(text: str, number: int, count: int) -> str:
    """One part of a long message."""
    return f"({number}/{count}) {text}"


def no_such_number(number: int, most: int) -> Refusal:
    """The latest list is shorter."""
    return Refusal(
        f"Danh sách gần nhất chỉ có số 1 đến {most}, không có số {number}. Anh/chị xem lại và gửi số khác."
    )


def nothing_to_choose() -> Refusal:
    """A number, but nothing to choose from, or too long ago."""
    return Refusal(
        "Số chỉ dùng được trong 30 phút sau tin có danh sách đánh số. Anh/chị gửi /viec để có danh sách mới, "
        "hoặc gõ cả lệnh, ví dụ: /xong III.16"
    )


def said_again(number: int, buttons: Sequence[Button]) -> Reply:
    """The same number twice in a few seconds: the first was taken, the second may mean the new message or nothing."""
    sentence = f"Bot đã nhận số {number} anh/chị vừa gửi."
    if not buttons:
        return say(sentence)
    return say(f"{sentence} Nếu muốn chọn tiếp trong tin mới:", buttons=tuple((each,) for each in buttons))


def which_list(number: int, buttons: Sequence[Button]) -> Reply:
    """A message came in while the person was answering the one before."""
    return say(
        f"Vừa có tin mới nên bot chưa rõ số {number} là của tin nào. Anh/chị chọn giúp:",
        buttons=tuple((each,) for each in buttons),
    )
