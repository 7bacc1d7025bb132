"""Why the bot stops or does not start: sentences for the person at the machine."""

REJECTED_BY_TELEGRAM = (
    "Telegram không nhận mã bot này. Hãy kiểm tra TELEGRAM_BOT_TOKEN trong tệp .env "
    "(mã do BotFather cấp, dạng 123456:ABC…)."
)
POLLED_ELSEWHERE = (
    "Một bot khác đang dùng cùng TELEGRAM_BOT_TOKEN nên bot này dừng lại. "
    "Hãy tắt bot kia trước (có thể đang chạy trên máy khác), rồi chạy lại."
)
TELEGRAM_WEBHOOK_IS_SET = (
    "Bot Telegram này đang được đặt webhook nên không thể nhận tin bằng cách hỏi định kỳ. Nếu không còn hệ thống "
    "nào khác dùng mã bot này, hãy mở địa chỉ https://api.telegram.org/bot<mã bot>/deleteWebhook rồi chạy lại."
)
ALREADY_RUNNING = (
    "Một bot khác đang chạy trên cùng cơ sở dữ liệu này nên bot không khởi động thêm. "
    "Hãy dừng bot kia trước, hoặc đặt DATABASE_URL khác."
)
ONE_PROCESS_ON_SQLITE = (
    "Cơ sở dữ liệu SQLite chỉ cho một tiến trình bot. Muốn chạy nhiều tiến trình (--role worker), "
    "hãy đặt DATABASE_URL là một cơ sở dữ liệu PostgreSQL."
)
REJECTED_BY_ZALO = (
    "Zalo không nhận mã bot này. Hãy kiểm tra ZALO_BOT_TOKEN trong tệp .env; "
    "nếu mã đã được đặt lại trong Zalo Bot Creator, hãy chép mã mới."
)


ZALO_POLLED_ELSEWHERE = (
    "Một bot khác đang dùng cùng ZALO_BOT_TOKEN nên bot này ngừng nhận tin Zalo. "
    "Hãy tắt bot kia trước (có thể đang chạy trên máy khác), rồi chạy lại."
)
ZALO_WEBHOOK_IS_MISSING = (
    "Bot Zalo chưa được đặt webhook nên chưa nhận được tin. "
    "Hãy chạy: nhacviec zalo set-webhook https://TÊN-MIỀN/zalo, hoặc đặt ZALO_MODE=polling."
)


def zalo_webhook_is_set(url: str) -> str:
    """Polling is impossible while a webhook is set; the bot never deletes one by itself."""
    where = f" ({url})" if url else ""
    return (
        f"Bot Zalo này đang được đặt webhook{where} nên không thể nhận tin bằng cách hỏi định kỳ. "
        "Hãy đặt ZALO_MODE=webhook, hoặc gỡ webhook cũ bằng: nhacviec zalo delete-webhook."
    )


def port_is_taken(host: str, port: int, why: str) -> str:
    """The endpoint for deliveries cannot listen."""
    return (
        f"Không mở được cổng {port} tại {host} ({why}). Hãy đổi ZALO_WEBHOOK_PORT hoặc dừng chương trình đang dùng."
    )
