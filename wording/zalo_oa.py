"""What the bot says about the connection to a Zalo Official Account."""

from datetime import datetime

from plan_data.workdays import ZONE
from wording.dates import full_day
from wording.message import Block, Reply

CHOOSE_IN_GROUP = "(trong nhóm cũng có thể gõ /1, /2…)"
_RENEWAL = (
    "vào developers.zalo.me, mở ứng dụng của phường, lấy Refresh Token mới bằng API Explorer, "
    "chép vào ZALO_OA_REFRESH_TOKEN trong tệp .env rồi khởi động lại bot"
)
NO_TOKEN_YET = (
    "Chưa có ZALO_OA_REFRESH_TOKEN trong tệp .env nên bot chưa nối được Zalo OA. "
    f"Hãy {_RENEWAL}; hướng dẫn ở docs/ket-noi-zalo.md."
)
TOKENS_ARE_DEAD = (
    f"Zalo không còn nhận Refresh Token của OA (đã hết hạn, đã bị thu hồi hoặc đã dùng). Hãy {_RENEWAL}."
)
NO_WEBHOOK_KEY = (
    "Chưa có ZALO_OA_WEBHOOK_KEY nên bot chưa nhận tin của Zalo OA. Hãy lưu địa chỉ webhook ở developers.zalo.me, "
    "chép khóa hiện ra ở đó vào tệp .env rồi khởi động lại bot."
)
APP_IS_REFUSED = (
    "Zalo không nhận ứng dụng của OA. Hãy kiểm tra ZALO_OA_APP_ID và ZALO_OA_SECRET_KEY trong tệp .env, "
    "và ứng dụng đã được kích hoạt ở developers.zalo.me chưa."
)


def account_is_refused(words: str) -> str:
    """The platform lets the whole account do nothing."""
    return (
        f"Zalo không cho OA này gửi tin ({words}). Hãy vào oa.zalo.me kiểm tra: OA đã xác thực, còn hạn gói dịch vụ, "
        "ứng dụng đã kích hoạt và được OA cấp quyền; sau đó khởi động lại bot."
    )


def tokens_expire(until: datetime, now: datetime) -> Reply:
    """To the clerk: the right to renew the tokens ends soon, and the bot could not renew it by itself."""
    day = until.astimezone(ZONE).date()
    left = (day - now.astimezone(ZONE).date()).days
    when = f"còn {left} ngày" if left > 0 else "là hôm nay" if left == 0 else "đã qua"
    return Reply(
        (
            Block("🔑 Quyền kết nối Zalo OA sắp hết hạn", heading=True),
            Block(
                f"Refresh Token của Zalo OA hết hạn {full_day(day)} ({when}). Sau đó bot không gửi được tin qua OA."
            ),
            Block(f"Anh/chị nhờ người quản trị {_RENEWAL}."),
        )
    )
