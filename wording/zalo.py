"""What `nhacviec zalo …` tells the person at the machine."""

from wording.stops import REJECTED_BY_ZALO

NO_TOKEN = "Chưa có ZALO_BOT_TOKEN trong tệp .env; mã do Zalo Bot Creator cấp."  # noqa: S105 - a sentence
NO_SECRET = "Chưa có ZALO_WEBHOOK_SECRET trong tệp .env: đặt một chuỗi khó đoán, từ 8 đến 256 ký tự."  # noqa: S105


def about(name: str, number: str, webhook: str, *, can_join_groups: bool) -> list[str]:
    """Who the bot is, what it may do and how it gets its messages."""
    groups = "được" if can_join_groups else "chưa được (Zalo chưa mở cho bot này)"
    return [
        f"Bot Zalo: {name or 'chưa có tên'} (mã số {number})",
        f"Vào nhóm: {groups}",
        f"Nhận tin: webhook {webhook}" if webhook else "Nhận tin: hỏi định kỳ (chưa đặt webhook)",
    ]


def webhook_set(url: str, hint: str, *, polling: bool) -> list[str]:
    """From now on the platform delivers there."""
    lines = [f"Đã đặt webhook: {url}"]
    if hint:
        lines.append(f"Zalo gọi thử chưa được ({hint}). Hãy kiểm tra tên miền, chứng chỉ và bot đã chạy chưa.")
    if polling:
        lines.append("Lưu ý: .env đang để ZALO_MODE=polling; hãy đổi thành ZALO_MODE=webhook rồi khởi động lại bot.")
    return lines


def webhook_deleted(*, polling: bool) -> list[str]:
    """From now on the platform waits for polls."""
    lines = ["Đã gỡ webhook."]
    if not polling:
        lines.append("Lưu ý: .env đang để ZALO_MODE=webhook; hãy đổi thành ZALO_MODE=polling rồi khởi động lại bot.")
    return lines


def refused(words: str, *, wrong_token: bool) -> str:
    """The platform said no, or did not answer."""
    return REJECTED_BY_ZALO if wrong_token else f"Zalo không thực hiện được yêu cầu ({words}). Hãy thử lại sau."
