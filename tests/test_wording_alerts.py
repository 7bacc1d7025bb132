"""Digests: what a group or a person reads in the morning, in the afternoon, and after an interruption."""

from dataclasses import replace
from datetime import datetime

from plan_data.plan import Deadline
from tests.builders import day
from tests.real_plan import OFFICE, at, deadline, event_deadline, item
from wording.alerts import Line, Quiet, Shares, digest
from wording.message import Reply

CLERK = "Văn phòng - Thống kê (CCHC): Trần Thị Mai"
CCHC = deadline("I.3", "2023-H1", number=10)  # on Tue 13/6
TTHC = deadline("III.16", "2023-Q2", number=16)  # by Sat 17/6
WEEKLY = deadline("III.8", "2023-W24", number=11)  # by Fri 16/6
MONTHLY = deadline("B.2", "2023-06", number=18)  # before 22/6
LATE = deadline("III.8", "2023-W22", number=3)  # by Fri 2/6
ANSWERED = event_deadline("III.15", "cong-khai", "08/06/2023 08:30", "ban hành văn bản trả lời PAKN, số 12/UBND")


def line(of: Deadline, reason: str, said: datetime, done_on: str = "", shares: Shares | None = None) -> Line:
    return Line(item(of, done_on), reason, said, CLERK, shares)


def said(lines: list[Line], now: datetime, *, to_group: bool = False, dropped: int = 0) -> list[str]:
    return digest(lines, [], now, OFFICE, to_group, dropped).plain.splitlines()


def commands(reply: Reply) -> list[str]:
    return [button.command for row in reply.buttons for button in row]


def test_morning_of_a_person_names_what_ends_today_and_what_comes() -> None:
    now = at("13 07:30")
    assert said([line(CCHC, "last_day", now), line(TTHC, "upcoming", now)], now) == [
        "🔔 Nhắc việc sáng thứ Ba, 13/6/2023",
        "",
        "🟠 HÔM NAY LÀ HẠN CUỐI",
        "• I.3 Báo cáo CCHC 6 tháng đầu năm 2023",
        "",
        "🟡 SẮP ĐẾN HẠN",
        "• III.16 Báo cáo kiểm soát TTHC quý II/2023",
        "  chậm nhất thứ Bảy 17/6 (ngày nghỉ, nên xong trong thứ Sáu 16/6) · còn 3 ngày làm việc",
    ]


def test_morning_of_a_group_says_who_answers_for_it_and_how_many_have_done_it() -> None:
    now = at("13 07:30")
    shares = Shares(("Lan",), ("Mai", "Hoa"))
    lines = [line(CCHC, "last_day", now), line(MONTHLY, "upcoming", now, shares=shares)]
    assert said(lines, now, to_group=True)[3:] == [
        "• I.3 Báo cáo CCHC 6 tháng đầu năm 2023",
        f"  {CLERK}",
        "",
        "🟡 SẮP ĐẾN HẠN",
        "• B.2 Báo cáo kết quả nhiệm vụ tháng 6/2023",
        f"  trước ngày 22/6, chậm nhất thứ Tư 21/6 · còn 6 ngày làm việc · {CLERK} · 1/3 người đã xong",
    ]


def test_day_off_after_the_last_working_day_is_said_on_that_day() -> None:
    now = at("16 07:30")
    assert said([line(TTHC, "last_day", now)], now)[3:] == [
        "• III.16 Báo cáo kiểm soát TTHC quý II/2023",
        "  hạn thứ Bảy 17/6 là ngày nghỉ, nên xong hôm nay",
    ]


def test_last_day_before_a_day_names_that_day() -> None:
    now = at("21 15:00")
    assert said([line(MONTHLY, "last_call", now)], now) == [
        "🔔 Nhắc cuối ngày thứ Tư, 21/6/2023",
        "",
        "⏰ HẾT HẠN HÔM NAY, CHƯA XONG",
        "• B.2 Báo cáo kết quả nhiệm vụ tháng 6/2023",
        "  trước ngày 22/6",
    ]


def test_last_day_of_a_moved_deadline_names_the_document() -> None:
    now = at("20 07:30")
    moved = replace(
        TTHC,
        named_day=now.date(),
        last_day=now.date(),
        last_working_day=now.date(),
        original_day=day("17/06/2023"),
        document="15/UBND-VP",
    )
    assert said([line(moved, "last_day", now)], now)[-1] == "  dời từ 17/6 theo văn bản 15/UBND-VP"


def test_leaders_read_who_has_not_done_it() -> None:
    now = at("06 07:30")
    assert said([line(LATE, "escalated", now)], now)[2:] == [
        "🚩 BÁO CÁO LÃNH ĐẠO: QUÁ HẠN CHƯA XONG",
        "• III.8 Kiểm tra ngẫu nhiên hồ sơ tuần 22/2023",
        f"  hạn thứ Sáu 2/6, đã quá 2 ngày làm việc · {CLERK}",
    ]


def test_new_event_has_a_heading_of_its_own() -> None:
    now = at("08 09:00")
    assert said([line(ANSWERED, "event", now)], now) == [
        "🔔 Việc mới, thứ Năm, 8/6/2023",
        "",
        "📌 VIỆC MỚI PHÁT SINH",
        "• III.15 Công khai kết quả trả lời PAKN: ban hành văn bản trả lời PAKN, số 12/UBND",
        "  chậm nhất thứ Hai 12/6 · còn 2 ngày làm việc",
    ]


def test_what_is_done_is_ticked_and_has_no_button() -> None:
    now = at("13 07:30")
    lines = [line(CCHC, "last_day", now, done_on="13/06/2023"), line(TTHC, "upcoming", now)]
    reply = digest(lines, [], now, OFFICE, to_group=False)
    assert reply.plain.splitlines()[3] == "✅ I.3 Báo cáo CCHC 6 tháng đầu năm 2023: đã xong thứ Ba 13/6"
    assert commands(reply) == ["/xong #16"]


def test_what_is_escalated_has_no_button() -> None:
    now = at("06 07:30")
    assert commands(digest([line(LATE, "escalated", now)], [], now, OFFICE, to_group=False)) == []


def test_what_comes_late_says_so_and_when_it_should_have_come() -> None:
    now = at("06 14:00")
    lines = [line(LATE, "overdue", at("05 07:30"))]
    assert said(lines, now, dropped=2) == [
        "🔔 Nhắc việc thứ Ba, 6/6/2023 (gửi muộn)",
        "Bot bị gián đoạn nên có lời nhắc đến muộn; việc nào muộn thì ghi rõ giờ lẽ ra đã nhắc. "
        "2 lời nhắc cũ được bỏ qua vì đã có lời nhắc mới hơn.",
        "",
        "🔴 QUÁ HẠN",
        "• III.8 Kiểm tra ngẫu nhiên hồ sơ tuần 22/2023",
        "  hạn thứ Sáu 2/6, đã quá 2 ngày làm việc · lẽ ra nhắc lúc 07:30 thứ Hai 5/6",
    ]
    partly = said([*lines, line(CCHC, "upcoming", now)], now)
    assert partly[:2] == [
        "🔔 Nhắc việc thứ Ba, 6/6/2023",
        "Bot bị gián đoạn nên có lời nhắc đến muộn; việc nào muộn thì ghi rõ giờ lẽ ra đã nhắc.",
    ]


def test_who_stands_in_is_told_for_whom() -> None:
    now = at("13 07:30")
    alone = replace(line(WEEKLY, "upcoming", now), stands_in_for=("Trần Thị Mai",))
    assert said([alone], now)[-1] == ("  chậm nhất thứ Sáu 16/6 · còn 3 ngày làm việc · anh/chị thay Trần Thị Mai")


def test_closing_list_names_who_has_sent_and_who_has_not() -> None:
    now = at("22 07:30")
    shares = Shares(("Lan", "Mai"), ("Hoa",))
    assert said([line(MONTHLY, "closing_list", now, shares=shares)], now, to_group=True) == [
        "🔔 Nhắc việc sáng thứ Năm, 22/6/2023",
        "",
        "📋 CHỐT DANH SÁCH: BÁO CÁO KẾT QUẢ NHIỆM VỤ THÁNG 6/2023",
        "✅ Đã gửi (2/3): Lan, Mai.",
        "❌ Chưa gửi (1/3): Hoa.",
        "Đề nghị các anh/chị chưa gửi hoàn thành ngay, rồi nhắn /xong B.2.",
    ]


def test_closing_list_that_comes_late_says_when_it_was_to_come() -> None:
    due, now = at("22 07:30"), at("26 07:30")
    late = line(MONTHLY, "closing_list", due, shares=Shares((), ("Lan",)))
    assert "Lẽ ra gửi lúc 07:30 thứ Năm 22/6." in said([late], now, to_group=True)


def test_closing_list_thanks_when_all_have_sent_and_names_nobody_when_none_has() -> None:
    now = at("22 07:30")
    everybody = line(MONTHLY, "closing_list", now, done_on="21/06/2023", shares=Shares(("Lan", "Mai"), ()))
    nobody = line(MONTHLY, "closing_list", now, shares=Shares((), ("Lan", "Mai")))
    assert said([everybody], now)[3:] == ["✅ Đã gửi (2/2): Lan, Mai.", "Cảm ơn các anh/chị đã gửi đầy đủ."]
    assert said([nobody], now)[3] == "❌ Chưa gửi (2/2): Lan, Mai."


def test_silence_is_noticed_with_what_to_do() -> None:
    quiet = Quiet("VII.1", "Xử lý văn bản đi/đến trên E-Office", day("01/03/2023"), CLERK)
    reply = digest([], [quiet], at("01 07:30"), OFFICE, to_group=False)
    assert reply.plain.splitlines()[1:] == [
        "",
        "💤 LÂU CHƯA CÓ CẬP NHẬT",
        "• VII.1 Xử lý văn bản đi/đến trên E-Office",
        f"  chưa có ghi nhận từ 1/3/2023 · {CLERK}",
        "Nếu vẫn đang làm, gửi /xong kèm mã để ghi nhận, ví dụ: /xong VII.1",
    ]


def test_longest_digest_still_fits_a_message() -> None:
    now = at("30 07:30")
    about = "hồ sơ trực tuyến của công dân nộp qua Cổng Dịch vụ công quốc gia " * 3
    many = [replace(ANSWERED, id=number, about=about) for number in range(1, 60)]
    lines = [line(each, reason, now) for reason in ("event", "overdue", "upcoming") for each in many]
    quiet = [Quiet("VII.1", "Xử lý văn bản đi/đến trên E-Office", day("01/03/2023"), CLERK)] * 30
    text = digest(lines, quiet, now, OFFICE, to_group=True).plain
    assert len(text) < 3500
    assert [row for row in text.splitlines() if row.startswith("… và ")] == [
        "… và 47 việc nữa.",
        "… và 58 việc nữa.",
        "… và 58 việc nữa.",
        "… và 29 việc nữa.",
    ]
    assert text.splitlines()[-1] == "Gửi /tinhhinh để xem đủ."
    assert digest(lines, [], now, OFFICE, to_group=False).plain.splitlines()[-1] == "Gửi /viec để xem đủ."
