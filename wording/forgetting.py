"""What is said about forgetting a person, at the machine."""

from collections.abc import Sequence


def label(number: int, roles: Sequence[str]) -> str:
    """What stands where the name was: the number and the roles."""
    held = f" ({', '.join(roles)})" if roles else ""
    return f"Cán bộ số {number}{held}"


def about_to_forget(number: int, name: str, shown: str) -> str:
    """Without --yes."""
    return (
        f"Sẽ xóa dữ liệu cá nhân của {name}: tên, tài khoản, tin nhắn, lệnh đã gửi. Những việc đã ghi nhận được giữ "
        f"dưới tên “{shown}”. Không lấy lại được; nếu chắc chắn, chạy: nhacviec people forget {number} --yes"
    )


def forgotten(number: int, shown: str) -> str:
    """It is done; what is not in the bot's hands."""
    return (
        f"Đã xóa dữ liệu cá nhân của cán bộ số {number}; những việc đã ghi nhận đứng dưới tên “{shown}”. "
        "Tin đã gửi trong Telegram, Zalo thì vẫn nằm ở đó; bản sao lưu cũ còn tên cho đến khi bị thay."
    )


def nobody(who: str) -> str:
    """No such person."""
    return f"Không có cán bộ nào là “{who}”; xem nhacviec people list."


def several(who: str, numbers: Sequence[int]) -> str:
    """More than one person has that name."""
    return f"Có nhiều người tên “{who}”; hãy dùng số: {', '.join(map(str, numbers))}."


def still_here(number: int, name: str) -> str:
    """Only who has left is forgotten."""
    return f"{name} đang làm việc nên chưa xóa được. Công chức CCHC gửi bot /canbo {number} nghi trước."
