"""What the clerk hears after an outage of the bot, or of a channel."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from plan_data.plan import Deadline
from plan_data.workdays import ZONE
from wording.channels import channel_name
from wording.dates import clock_time, day_name, full_day, title
from wording.message import Block, Reply, capped

_MOST = 10


def interruption(
    since: datetime, until: datetime, read: datetime, late: Sequence[tuple[datetime, Deadline]] = ()
) -> Reply:
    """To the clerk, after the bot stood still: how long it was, and what should have been said meanwhile.

    "Hôm nay" is the day on which it is `read`, which may be a later one than the day of the outage.
    """
    today = read.astimezone(ZONE).date()
    lines = [Block(f"• {clock_time(at, today)}: {each.task.code} {title(each)}") for at, each in late]
    listed = [Block("Lẽ ra đã nhắc trong lúc đó:"), *capped(lines, "hạn", most=_MOST)] if lines else []
    return Reply(
        (
            Block("ℹ️ Bot đã hoạt động trở lại", heading=True),
            Block(
                f"Bot ngừng từ {clock_time(since, today)} đến {clock_time(until, today)} ({_length(since, until)}). "
                "Lời nhắc bị lỡ được gửi bù trong giờ làm việc, có ghi rõ là gửi muộn."
            ),
            *listed,
        )
    )


def loss(channel: str, since: datetime, read: datetime) -> Reply:
    """To the clerk, on another channel, while this one does not answer."""
    name, when = channel_name(channel), clock_time(since, read.astimezone(ZONE).date())
    return Reply(
        (
            Block(f"⚠️ Mất liên lạc với {name}", heading=True),
            Block(
                f"{name} không trả lời bot từ {when}. Tin riêng được gửi qua kênh khác cho ai có tài khoản ở đó; "
                f"tin của các nhóm {name} chờ đến khi liên lạc lại được."
            ),
        )
    )


def silence(channel: str, since: datetime, until: datetime, read: datetime, waiting: int) -> Reply:
    """To the clerk, after a channel did not answer: how long it was, and how many messages are late."""
    today = read.astimezone(ZONE).date()
    late = f" {waiting} tin bị chậm đang được gửi bù." if waiting else " Không có tin nào bị chậm."
    return Reply(
        (
            Block(f"ℹ️ Đã liên lạc lại được với {channel_name(channel)}", heading=True),
            Block(
                f"Bot mất liên lạc với {channel_name(channel)} từ {clock_time(since, today)} đến "
                f"{clock_time(until, today)} ({_length(since, until)}).{late} "
                "Lệnh gửi trong lúc đó nay mới được trả lời."
            ),
        )
    )


def clock_went_back(before: datetime, now: datetime) -> Reply:
    """To the clerk: dates that the bot has said may be wrong, and the machine needs a look.

    Both days by name: "hôm nay" may be the day that is wrong.
    """
    was, is_ = (
        f"{local:%H:%M} {day_name(local.date())} {full_day(local.date())}"
        for local in (before.astimezone(ZONE), now.astimezone(ZONE))
    )
    return Reply(
        (
            Block("⚠️ Đồng hồ của máy chạy bot đã bị lùi lại", heading=True),
            Block(
                f"Đồng hồ lùi từ {was} về {is_}. Lời nhắc đã gửi khi đồng hồ chạy sai có thể nói sai ngày; "
                "các lời nhắc khác được gửi theo giờ mới. Anh/chị nhờ người quản trị kiểm tra ngày giờ của máy "
                "và việc tự chỉnh giờ qua mạng."
            ),
        )
    )


def _length(since: datetime, until: datetime) -> str:
    hours, minutes = divmod(int((until - since) / timedelta(minutes=1)), 60)
    return f"{hours} giờ {minutes} phút" if hours else f"{minutes} phút"
