"""What is said with a paper."""

from typing import Any

from wording.message import Block, Reply


def board(file: dict[str, Any]) -> Reply:
    """The board to project."""
    return Reply(
        (
            Block("📋 Bảng theo dõi nhiệm vụ", heading=True),
            Block("Mở tệp bằng trình duyệt, không cần mạng: lọc, sắp xếp, trình chiếu hoặc in khổ A4."),
        ),
        attachments=(file,),
    )
