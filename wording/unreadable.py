"""What the bot says about a message that it cannot read on a platform that keeps the content back."""

from wording.message import Reply, say

_WHAT_TO_SEND = "Bot chỉ đọc được tin nhắn chữ. Anh/chị gõ nội dung bằng chữ, ví dụ: /xong III.16"


def unreadable() -> Reply:
    """A sticker, a file, a voice message and the like."""
    return say(_WHAT_TO_SEND)


def unreadable_perhaps_a_link() -> Reply:
    """The first time in a chat: the platform empties messages with a link, and nobody expects that."""
    return say(
        _WHAT_TO_SEND,
        "Tin nhắn có đường dẫn (link), tệp hoặc danh thiếp gửi qua Zalo đến bot là tin trống, kể cả phần chữ đi kèm. "
        "Anh/chị bỏ đường dẫn rồi gửi lại; khi ghi nhận chỉ cần số văn bản.",
    )
