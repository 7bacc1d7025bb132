"""What the bot says in place of a file that it cannot send."""

from collections.abc import Mapping
from typing import Any

from wording.message import file_name


def from_another_channel(name: str) -> str:
    """A file is kept by the channel where it was sent."""
    return f"📎 {name} (tệp gửi ở kênh khác, bot chưa chuyển sang đây được)"


def cannot_be_sent(name: str) -> str:
    """The platform no longer knows the file, or does not take it."""
    return f"📎 {name} (không gửi được tệp này)"


def in_words(attachment: Mapping[str, Any]) -> str:
    """What stands for a file on a channel that does not carry it; one that the bot has made lies on its machine."""
    name = file_name(attachment)
    if path := attachment.get("path"):
        return f"📎 {name} (kênh này không gửi được tệp; tệp nằm trên máy chạy bot: {path})"
    return from_another_channel(name)


def not_made(name: str) -> str:
    """The bot failed to make a file."""
    return f"📎 {name} (bot chưa lập được tệp này; anh/chị báo người quản trị)"
