"""The table of commands: the one place where a command is announced."""

from bot.command import Command, Who
from bot.commands.approving import approve, deny
from bot.commands.away import away
from bot.commands.broadcast import ack, broadcast
from bot.commands.case import case
from bot.commands.cases import cases
from bot.commands.done import done
from bot.commands.entering import start
from bot.commands.event import event, may_record_events
from bot.commands.evidence import file_alone
from bot.commands.extend import extend
from bot.commands.groups import link, unlink
from bot.commands.listing import calendar, help_for, tasks
from bot.commands.papers import board, dossier
from bot.commands.people import people
from bot.commands.registering import register
from bot.commands.remind import remind
from bot.commands.reporting import report
from bot.commands.status import status
from bot.commands.undo import undo


def _all() -> tuple[Command, ...]:
    return COMMANDS


COMMANDS: tuple[Command, ...] = (
    Command("start", "batdau", Who.ANYONE, "anh/chị là ai, làm được gì", "/batdau", start, anywhere=True),
    Command("help", "huongdan", Who.ANYONE, "các lệnh dùng được", "/huongdan", help_for(_all)),
    Command("tasks", "viec", Who.REGISTERED, "việc đang chờ của mình", "/viec", tasks),
    Command("done", "xong", Who.REGISTERED, "ghi nhận đã làm xong", "/xong III.16 Q2 số 12/BC-UBND", done),
    Command("undo", "hoantac", Who.REGISTERED, "hoàn tác ghi nhận vừa rồi", "/hoantac hoặc /hoantac III.16", undo),
    Command("status", "tinhhinh", Who.REGISTERED, "tình hình thực hiện", "/tinhhinh hoặc /tinhhinh III.16",
            status),
    Command("calendar", "lich", Who.REGISTERED, "các hạn sắp tới", "/lich 7 hoặc /lich 30 chung hoặc /lich tệp",
            calendar),
    Command("report", "baocao", Who.REGISTERED, "báo cáo tháng của mình: soạn sẵn, sửa, gửi",
            "/baocao hoặc /baocao khó khăn: thiếu máy in", report),
    Command("board", "bang", Who.OFFICE, "bảng theo dõi để trình chiếu, in ra", "/bang", board),
    Command("dossier", "hosonhiemvu", Who.OFFICE, "hồ sơ một nhiệm vụ để kiểm tra", "/hosonhiemvu III.16", dossier),
    Command("event", "sukien", Who.REGISTERED, "ghi nhận sự kiện làm phát sinh hạn",
            "/sukien III.15 ban hành văn bản trả lời PAKN ngày 3/11, số 12/UBND", event,
            fits=may_record_events, whom="công chức CCHC và người phụ trách việc có hạn tính từ sự kiện"),
    Command("extend", "giahan", Who.OFFICE, "đặt hoặc dời ngày hạn theo văn bản",
            "/giahan III.16 Q2 20/6/2023 số 15/UBND-VP", extend),
    Command("remind", "dondoc", Who.OFFICE, "đôn đốc người phụ trách", "/dondoc III.16 hoặc /dondoc quá hạn", remind),
    Command("broadcast", "thongbao", Who.OFFICE, "soạn, gửi thông báo; xem ai đã nhận",
            "/thongbao Mời họp giao ban lúc 8h thứ Hai hoặc /thongbao xem", broadcast),
    Command("away", "vangmat", Who.REGISTERED, "ghi nhận vắng mặt và người thay",
            "/vangmat 12/6 - 16/6 thay: Nguyễn Văn A", away),
    Command("cases", "hoso", Who.REGISTERED, "hồ sơ đang giải quyết, sắp hết hạn, trễ hạn",
            "/hoso hoặc /hoso trễ hoặc /hoso H32.19-230601-0001", cases),
    Command("case", "ghihoso", Who.REGISTERED, "ghi nhận bằng tay về một hồ sơ (tin nhắn riêng)",
            "/ghihoso xong H32.19-230601-0001 hoặc /ghihoso tre H32.19-230601-0001 12/6 chờ xác minh", case),
    Command("people", "canbo", Who.CLERK, "danh sách cán bộ: thêm, sửa, cấp mã, nhập danh sách",
            "/canbo hoặc /canbo them Nguyễn Văn A; tư pháp", people),
    Command("link", "ketnoi", Who.CLERK, "kết nối nhóm để nhận lời nhắc (gửi trong nhóm)", "/ketnoi", link,
            anywhere=True),
    Command("unlink", "huyketnoi", Who.CLERK, "ngừng kết nối nhóm (gửi trong nhóm)", "/huyketnoi", unlink),
    Command("register", "dangky", Who.ANYONE, "đăng ký với bot", "/dangky", register, hidden=True),
    Command("approve", "duyet", Who.CLERK, "duyệt yêu cầu đăng ký", "/duyet 3", approve, hidden=True),
    Command("deny", "tuchoi", Who.CLERK, "từ chối yêu cầu đăng ký", "/tuchoi 3", deny, hidden=True),
    Command("evidence", "minhchung", Who.REGISTERED, "kèm tệp minh chứng", "/minhchung", file_alone, hidden=True),
    Command("ack", "danhan", Who.REGISTERED, "xác nhận đã nhận thông báo", "/danhan 5", ack, hidden=True),
)  # fmt: skip
