"""Why the bot stops or does not start: sentences for the person at the machine."""

REJECTED_BY_TELEGRAM = (
    "Telegram không nhận mã bot này. Hãy kiểm tra TELEGRAM_BOT_TOKEN trong tệp .env "
    "(mã do BotFather cấp, dạng 123456:ABC…)."
)
POLLED_ELSEWHERE = (
    "Một bot khác đang dùng cùng TELEGRAM_BOT_TOKEN nên bot này dừng lại. "
    "Hãy tắt bot kia trước (có thể đang chạy trên máy khác), rồi chạy lại."
)
ALREADY_RUNNING = (
    "Một bot khác đang chạy trên cùng cơ sở dữ liệu này nên bot không khởi động thêm. "
    "Hãy dừng bot kia trước, hoặc đặt DATABASE_URL khác."
)
