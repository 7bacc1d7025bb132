"""The words about channels: their names, their monthly quota, and who could be reached without one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wording.dates import full_day
from wording.message import Block, Reply

_NAMES = {"telegram": "Telegram", "zalo": "Zalo", "zalo_oa": "Zalo OA", "console": "màn hình"}


def channel_name(channel: str) -> str:
    """A channel as people call it."""
    return _NAMES.get(channel, channel)


CHANNEL_IS_OFF = "kênh không còn hoạt động"


def channel_stopped(channel: str, why: str) -> Reply:
    """To the clerk, on another channel."""
    name = channel_name(channel)
    return Reply(
        (
            Block(f"⚠️ Kênh {name} đã dừng", heading=True),
            Block(why),
            Block(
                "Các kênh khác vẫn chạy; ai có tài khoản ở kênh khác thì nhận tin ở đó. "
                f"Anh/chị nhờ người quản trị sửa rồi khởi động lại bot để {name} chạy tiếp."
            ),
        )
    )


def went_elsewhere(old: str, new: str, why: str) -> str:
    """For the record: a message has taken another way."""
    return f"{channel_name(old)}: {why}; chuyển sang {channel_name(new)}"


@dataclass(frozen=True, slots=True)
class Spending:
    """How far a channel's quota is spent; `runs_out` is None when it lasts to the end of the month."""

    channel: str
    spent: int
    quota: int
    runs_out: date | None
    begins_anew: date


def spending_line(spending: Spending) -> str:
    """For /status, in one line."""
    used = f"Zalo đã dùng {_number(spending.spent)}/{_number(spending.quota)} tin của tháng"
    used = used.replace("Zalo", channel_name(spending.channel), 1)
    if spending.spent >= spending.quota:
        return f"📵 {used}: lời nhắc chờ đến {full_day(spending.begins_anew)}, bot chỉ còn trả lời."
    if spending.runs_out is not None:
        return f"📶 {used}; cứ thế này thì hết vào {full_day(spending.runs_out)}."
    return f"📶 {used}; đủ dùng đến hết tháng."


def spending_notice(spending: Spending) -> Reply:
    """To the clerk, when 70, 90 and 100 % are reached."""
    name = channel_name(spending.channel)
    if spending.spent >= spending.quota:
        advice = (
            f"Bot vẫn trả lời khi được hỏi, nếu {name} còn cho gửi. Mọi lời nhắc chờ đến "
            f"{full_day(spending.begins_anew)}, tin của nhóm đi trước; không lời nhắc nào mất."
        )
    else:
        advice = (
            "Từ 85% bot giữ lại lời nhắc sớm, từ 95% chỉ còn gửi câu trả lời và báo cho anh/chị. "
            "Để tiết kiệm: dùng /thongbao khi thật cần, và mời cán bộ xem bản tin trong nhóm."
        )
    return Reply(
        (Block(f"📶 Số tin {name} trong tháng", heading=True), Block(spending_line(spending)), Block(advice))
    )


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


@dataclass(frozen=True, slots=True)
class Drill:
    """Who could be reached if the channels `without` were cut off; names with their roles."""

    without: Sequence[str]
    left: Sequence[str]
    reached: Sequence[tuple[str, str]]
    unreached: Sequence[str]
    groups: Sequence[tuple[str, str]]
    lost_groups: Sequence[str]


def drill_report(drill: Drill) -> Reply:
    """The outcome of a drill, for the person at the machine; nothing has been sent."""
    cut_off = ", ".join(channel_name(each) for each in drill.without)
    left = ", ".join(channel_name(each) for each in drill.left) or "không còn kênh nào"
    blocks = [
        Block(f"🧯 Diễn tập: mất {cut_off}", heading=True),
        Block(f"Kênh còn lại: {left}. Đây là diễn tập, bot không gửi gì."),
        Block(f"\n✅ Vẫn nhận được tin riêng ({len(drill.reached)})", heading=True),
        *(Block(f"• {name}: qua {channel_name(channel)}") for name, channel in drill.reached),
        Block(f"\n🔴 Không nhận được ({len(drill.unreached)})", heading=True),
        *(Block(f"• {name}") for name in drill.unreached),
        Block(f"\n👥 Nhóm còn nhận bản tin ({len(drill.groups)})", heading=True),
        *(Block(f"• {title}: qua {channel_name(channel)}") for title, channel in drill.groups),
    ]
    if drill.lost_groups:
        blocks.append(Block(f"\n🔴 Nhóm không nhận được ({len(drill.lost_groups)})", heading=True))
        blocks += [Block(f"• {title}") for title in drill.lost_groups]
    return Reply(tuple(blocks))
