"""Buttons as a numbered list, for channels that have none."""

from wording.message import Block, Button, Reply


def choices(reply: Reply) -> list[Button]:
    """The buttons in the order of their numbers, from 1."""
    return [button for row in reply.buttons for button in row]


def as_numbers(reply: Reply) -> list[Block]:
    """ "Trả lời số: 1 …"; nothing when there are no buttons."""
    buttons = choices(reply)
    if not buttons:
        return []
    return [Block("\nTrả lời số để chọn:"), *(Block(f"{n}. {button.label}") for n, button in enumerate(buttons, 1))]


def part_of(text: str, number: int, count: int) -> str:
    """One part of a long message."""
    return f"({number}/{count})\n{text}"
