"""What the bot says to a group about itself."""

from wording.message import Reply, say


def greeting() -> Reply:
    """The bot has just been added to a group."""
    return say(
        "Xin chào! Đây là bot nhắc việc của cơ quan.",
        "Để nhóm này nhận lời nhắc, công chức CCHC gửi lệnh /ketnoi ngay trong nhóm.",
    )
