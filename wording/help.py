"""The words of /start and /help."""

from collections.abc import Sequence

from wording.message import Block, Button, Reply, say
from wording.refusals import STRANGER


def welcome_stranger() -> Reply:
    """To somebody the bot does not know."""
    return say(STRANGER)


def welcome(name: str, roles: Sequence[str], office: str) -> Reply:
    """To a registered person."""
    held = "; ".join(roles) if roles else "chưa có phân công (anh/chị báo công chức CCHC để được phân công)"
    return Reply(
        (
            Block(f"Xin chào {name}!", heading=True),
            Block(f"Đây là bot nhắc việc của {office}. Bot là phần mềm tự động."),
            Block(f"Vị trí của anh/chị: {held}."),
            Block("Gửi /viec để xem việc đang chờ, /xong kèm mã khi làm xong, /huongdan để xem mọi lệnh."),
        ),
        (
            (Button("📝 Việc của tôi", "/viec"), Button("📊 Tình hình", "/tinhhinh")),
            (Button("📅 Lịch", "/lich"), Button("❓ Hướng dẫn", "/huongdan")),
        ),
    )


def commands(lines: Sequence[tuple[str, str, str, str]]) -> Reply:
    """One line for each command: name, Vietnamese name, what it does, an example."""
    blocks = [
        Block(f"/{alias} (/{name}): {summary}" + (f"\n  Ví dụ: {example}" if example != f"/{alias}" else ""))
        for name, alias, summary, example in lines
    ]
    return Reply(
        (
            Block("Các lệnh anh/chị dùng được", heading=True),
            *blocks,
            Block(
                "Gõ có dấu hay không dấu, chữ hoa hay chữ thường đều được. Nhắn riêng với bot thì không cần dấu /."
            ),
        )
    )
