"""What the bot says in place of a file that it cannot send."""


def from_another_channel(name: str) -> str:
    """A file is kept by the channel where it was sent."""
    return f"📎 {name} (tệp gửi ở kênh khác, bot chưa chuyển sang đây được)"


def cannot_be_sent(name: str) -> str:
    """The platform no longer knows the file, or does not take it."""
    return f"📎 {name} (không gửi được tệp này)"


def on_the_machine(name: str, path: str) -> str:
    """A file that the bot made, on a channel that carries no files."""
    return f"📎 {name} (kênh này không gửi được tệp; tệp nằm trên máy chạy bot: {path})"


def not_made(name: str) -> str:
    """The bot failed to make a file."""
    return f"📎 {name} (bot chưa lập được tệp này; anh/chị báo người quản trị)"
