"""What the bot tells the clerk, and how it says that something comes late."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from plan_data.workdays import ZONE
from records.deadlines import Item
from wording.channels import channel_name
from wording.dates import clock_time, full_day, title
from wording.message import Block, Reply, capped, cut

LATE = "(gửi muộn"  # how every message begins that says that it comes late


def before_tracking(items: Sequence[Item], first_seen: datetime) -> Reply:
    """To the clerk, once: what was over before the bot first saw the plan."""
    day = full_day(first_seen.astimezone(ZONE).date())
    lines = [
        Block(f"• {item.deadline.task.code} {title(item.deadline)}: hạn {full_day(item.deadline.named_day)}")
        for item in items
    ]
    return Reply(
        (
            Block(f"📁 Đã qua trước khi bắt đầu theo dõi ({day})", heading=True),
            Block("Bot không nhắc các hạn dưới đây. Việc nào đã làm, anh/chị ghi nhận bằng /xong kèm mã và kỳ."),
            *capped(lines, "hạn", room=3000),
        )
    )


def calendar_in_doubt(year: int, known: bool) -> Reply:
    """To the clerk: the days off of a year are provisional, or not there at all."""
    state = "mới là dự kiến, chưa có thông báo chính thức" if known else "chưa có"
    return Reply(
        (
            Block(f"📅 Lịch nghỉ năm {year}", heading=True),
            Block(
                f"Lịch ngày nghỉ và ngày làm bù năm {year} {state}. Khi có thông báo, anh/chị nhờ người quản trị "
                "sửa tệp plan_data/days_off.toml rồi khởi động lại bot, để các hạn tính theo ngày làm việc được đúng."
            ),
        )
    )


def late(reply: Reply, composed: datetime, now: datetime) -> Reply:
    """A message that could not go out in time says so, once."""
    if reply.blocks and reply.blocks[0].text.startswith(LATE):
        return reply
    when = clock_time(composed, now.astimezone(ZONE).date())
    return replace(reply, blocks=(Block(f"{LATE}, soạn lúc {when})"), *reply.blocks))


def unreachable(channel: str, name: str) -> Reply:
    """A person or group cannot be written to any more."""
    return Reply(
        (
            Block("⚠️ Không gửi được tin", heading=True),
            Block(
                f"Bot không còn gửi được tin {channel_name(channel)} cho {name} (đã chặn bot, đã rời nhóm "
                "hoặc chưa từng nhắn bot). Anh/chị nhắc mở lại cuộc trò chuyện với bot, rồi gửi /batdau."
            ),
        )
    )


def given_up(channel: str, name: str) -> Reply:
    """A message has been tried for three days (the time for which delivery tries) and cannot be delivered."""
    return Reply(
        (
            Block("⚠️ Không gửi được tin", heading=True),
            Block(
                f"Bot đã thử gửi một tin {channel_name(channel)} cho {name} suốt 3 ngày mà không được nên thôi. "
                "Anh/chị báo cho người nhận bằng cách khác, và nhờ người quản trị xem lại kết nối."
            ),
        )
    )


def doubtful(channel: str, name: str) -> Reply:
    """A message and its repetition may both have been lost on the way; it is not said a third time."""
    return Reply(
        (
            Block("⚠️ Chưa rõ tin đã đến", heading=True),
            Block(
                f"Mạng chập chờn: bot đã gửi tin {channel_name(channel)} cho {name} hai lần mà không rõ tin có đến "
                "không nên không gửi thêm. Anh/chị hỏi lại người nhận giúp."
            ),
        )
    )


def not_accepted(channel: str, title: str, name: str) -> Reply:
    """The platform does not take a message, whoever it is for; `title` is how it begins, if that may be shown."""
    what = f"Tin “{title}”" if title else "Một tin"
    return Reply(
        (
            Block("⚠️ Có tin không gửi được", heading=True),
            Block(
                f"{what} gửi cho {name} không được {channel_name(channel)} chấp nhận nên chưa tới; gửi cho "
                "người khác cũng vậy. Anh/chị báo nội dung bằng cách khác và nhờ người quản trị xem nhật ký."
            ),
        )
    )


def bug(command: str) -> Reply:
    """A command met a mistake of the program."""
    return Reply(
        (
            Block("⚠️ Lỗi của chương trình", heading=True),
            Block(
                f"Lệnh “/{cut(command, 40)}” gặp lỗi nên chưa có gì thay đổi. Chi tiết nằm trong nhật ký; "
                "anh/chị báo người quản trị giúp."
            ),
        )
    )
