"""The table of commands: the one place where a command is announced."""

from bot.command import Command, Who
from bot.commands.broadcast import ack, broadcast
from bot.commands.dates import event, extend
from bot.commands.done import done, undo
from bot.commands.listing import calendar, help_for, start, tasks
from bot.commands.remind import remind
from bot.commands.status import status


def _all() -> tuple[Command, ...]:
    return COMMANDS


COMMANDS: tuple[Command, ...] = (
    Command("start", "batdau", Who.ANYONE, "anh/chị là ai, làm được gì", "/batdau", start),
    Command("help", "huongdan", Who.ANYONE, "các lệnh dùng được", "/huongdan", help_for(_all)),
    Command("tasks", "viec", Who.REGISTERED, "việc đang chờ của mình", "/viec", tasks),
    Command("done", "xong", Who.REGISTERED, "ghi nhận đã làm xong", "/xong III.16 Q2 số 12/BC-UBND", done),
    Command("undo", "hoantac", Who.REGISTERED, "hoàn tác ghi nhận vừa rồi", "/hoantac", undo),
    Command("status", "tinhhinh", Who.REGISTERED, "tình hình thực hiện", "/tinhhinh III hoặc /tinhhinh 6/2023",
            status),
    Command("calendar", "lich", Who.REGISTERED, "các hạn sắp tới", "/lich 30 hoặc /lich 30 chung", calendar),
    Command("event", "sukien", Who.REGISTERED, "ghi nhận sự kiện làm phát sinh hạn",
            "/sukien III.15 ban hành văn bản trả lời PAKN ngày 3/11, số 12/UBND", event),
    Command("extend", "giahan", Who.OFFICE, "đặt hoặc dời ngày hạn theo văn bản",
            "/giahan III.16 Q2 20/6/2023 số 15/UBND-VP", extend),
    Command("remind", "dondoc", Who.OFFICE, "đôn đốc người phụ trách", "/dondoc III.16 hoặc /dondoc qua han", remind),
    Command("broadcast", "thongbao", Who.OFFICE, "soạn, gửi thông báo; xem ai đã nhận",
            "/thongbao Mời họp giao ban lúc 8h thứ Hai hoặc /thongbao xem", broadcast),
    Command("ack", "danhan", Who.REGISTERED, "xác nhận đã nhận thông báo", "/danhan 5", ack, hidden=True),
)  # fmt: skip
