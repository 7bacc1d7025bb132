"""What people type by mistake, in haste or on purpose: words of every kind, and lines that begin like commands."""

import random
import re

from bot.commands.table import COMMANDS

PLAIN = (
    "II.1", "III.16", "I.3", "XX.99", "Q2", "Q5", "tháng 6", "2023-06", "20/6/2023", "31/2/2023", "0/0/0", "quá hạn",
    "số 12/BC-UBND", "tư pháp", "một cửa", "1", "3", "0", "-1", "999999999", "99999999999999999999", "#ok", "#bo 1",
    "#gui 1", "xem", "gui", "them", "nhap", "ma", "nghi", "lai", "ten", "vitri", "thuhoi", "thay:", "hôm nay", "mai",
    "8h", "25h99", "thứ Hai", "-", ";", ":", ",", "\n", "\t", "//", "@", "@nhacviec_bot", "2.", "số 2", "٣", "²", "Ⅻ",
)  # fmt: skip
HOSTILE = (
    "<b>", "</b>", "&amp;", "&", "*_`[", "[@all]", "[@", "'; DROP TABLE person; --", "${x}", "{0}", "{0.__class__}",
    "%s", "%n", "../../etc/passwd", "=HYPERLINK(1)", "@SUM(1)", "+1+1", "|", "\\", "\\n", "\x07", "\x1b[2J", "\x00",
    "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "NaN", "1e999", "a" * 300, "Đ" * 5000, "x " * 900, "\n" * 500,
    "]]>", "<!--", "&#0;", "&#x1F600;", "http://x.vn/?a=1&b=<", "tg://user?id=1", "file:///etc/passwd",
)  # fmt: skip
UNICODE = (
    "\u200b", "\u202e", "\u2066", "\ufeff", "\u00ad", "\u200d", "\ufe0f", "\u034f", "e\u0301" * 9, "🧑‍👩‍👧", "Ｎ",
    "ﷺ", "\ud7ff", "🇻🇳" * 40, "🇻", "ấ" * 600, "a" + "\u0301" * 2000, "\u0301", "\U0010ffff", "\ue000", "\ufffe",
    "ｘｏｎｇ", "xo\u031bng",
    "ĐĂNG KÝ", "đã", "đa\u0303", "İ", "ß", "ǆ", "ﬁ", "𝐗𝐎𝐍𝐆", "🏴\U000e0067\U000e0062\U000e007f",
    "👍🏽" * 700, "\u3000", "\u00a0", "हिन्दी", "ไทย", "עברית", "\u1160", "\U0001f9d1\u200d" * 300, "零", "①",
)  # fmt: skip
WORDS = (*PLAIN, *HOSTILE, *UNICODE)

# Lines as they are meant, with places for what may be meant or not.
_LINES = (
    "/xong {code}", "xong {code} {period} số 12/BC-UBND {word}", "/xong {title}", "/xong {title} số 3/KH", "/xong",
    "/xong {code} {person}", "/hoantac", "/hoantac {code}", "/tinhhinh", "/tinhhinh {choice}", "/tinhhinh {code}",
    "/lich {n}", "/lich tệp", "/lich {n} chung", "/viec", "/baocao", "/baocao khó khăn: {word}", "/baocao gửi",
    "/baocao kết quả: {word}\nđề xuất: {word}", "/baocao {period}", "/bang", "/hosonhiemvu {code}", "/sukien",
    "/sukien {code} ban hành {word} ngày {day}, số 12/UBND", "/sukien {code}", "/sukien {title} {day}",
    "/giahan {code} {period} {day} số 15/UBND-VP", "/giahan {code} {day}", "/giahan", "/dondoc {code}",
    "/dondoc quá hạn", "/dondoc {choice}", "/thongbao {word} {title}", "/thongbao xem", "/thongbao {day} 8h {word}",
    "/thongbao {word} gửi {choice}", "/vangmat {day} - {day} thay: {person}", "/vangmat", "/vangmat {day}",
    "/vangmat xem", "/vangmat huy {n}", "/hoso", "/hoso trễ", "/hoso {case}", "/hoso nhap", "/hoso thongke {period}",
    "/hoso canbo", "/hoso canbo {n} {person}", "/hoso hoantac", "/ghihoso xong {case}", "/ghihoso",
    "/ghihoso tre {case} {day} {word}", "/ghihoso {word} {case}", "/canbo", "/canbo them {name}; {role}",
    "/canbo nhap\n{name}; {role}\n{name}\n{name}; {word}", "/canbo nhap", "/canbo {n} ma", "/canbo thuhoi {n}",
    "/canbo {n} nghi", "/canbo {n} ten {name}", "/canbo {n} vi tri {role}", "/canbo {n} lai", "/canbo {person}",
    "/ketnoi", "/ketnoi {word}", "/huyketnoi", "/dangky", "/dangky {name}",
    "/dangky nhom",
    "dangky {n}", "/duyet {n}", "/tuchoi {n}", "/danhan {n}", "/batdau", "/start {word}", "/huongdan",
    "/huongdan {word}",
    "{word}", "{n}", "{code}", "{title}", "{person}",
)  # fmt: skip
_PLACE = re.compile(r"\{(\w+)\}")
_SOMETIMES = 0.15
_NAMES = [name for command in COMMANDS for name in command.names]
_MEANT: dict[str, tuple[str, ...]] = {
    "code": ("I.1", "I.3", "II.1", "II.4", "III.3", "III.15", "III.16", "III.20", "B.2", "iii 16", "XX.99"),
    "period": ("Q2", "Q1/2023", "tháng 5", "2023-06", "6/2023", "tuần 23", "năm 2023", "H1", ""),
    "title": ("báo cáo tuần", "kế hoạch cải cách", "công khai thủ tục", "đánh giá", "sáng kiến", "lễ Quốc khánh"),
    "choice": ("II", "III 6/2023", "tư pháp", "một cửa", "quá hạn", "lãnh đạo", "thay 3", "chủ tịch"),
    "day": ("12/6", "15/6/2023", "hôm nay", "mai", "thứ Hai", "31/2/2023", "1/1/1", "12.6.2023", "30/12/9999"),
    "person": ("Mật Danh 3", "Mật Danh 5", "thay 4", "Mật", "Nguyễn Văn A"),
    "name": ("Nguyễn Văn A", "NGUYỄN VĂN A", "nguyen van b", "Công chức Y", "A", "Mật Danh 3"),
    "role": ("tư pháp", "một cửa, tài chính", "CCHC", "lãnh đạo", "", "không có"),
    "case": ("H32.19-230601-0001", "0001", "MAT-0002", "H32.19-999999-9999"),
    "n": ("0", "1", "2", "3", "5", "7", "12", "30", "999", "-1", "1 2"),
}


def line(chance: random.Random) -> str:
    """A line that begins like a command, or is none."""
    if chance.random() < 0.6:
        return _PLACE.sub(lambda place: _filled(place[1], chance), chance.choice(_LINES))
    words = " ".join(chance.choice(WORDS) for _ in range(chance.randrange(5)))
    name = chance.choice(_NAMES)
    return chance.choice((f"/{name} {words}", f"{name} {words}", words, f"/{name}{words}"))


def _filled(place: str, chance: random.Random) -> str:
    meant = _MEANT.get(place, WORDS)
    return chance.choice(WORDS if chance.random() < _SOMETIMES else meant)


def mangled(text: str, chance: random.Random) -> str:
    """The text with a slip in it: a sign doubled, left out or changed, a word of every kind put in."""
    at = chance.randrange(len(text) + 1)
    gone = chance.randrange(2)
    return f"{text[:at]}{chance.choice(('', text[at : at + 1], chance.choice(WORDS)))}{text[at + gone :]}"
