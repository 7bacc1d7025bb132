"""Answers to /done and /undo."""

from dataclasses import replace

from tests.builders import CALENDAR, day, moment
from tests.real_plan import at, deadline, event_deadline, item, sign_of_life
from wording import answers
from wording.answers import DoneBy
from wording.message import Button, Reply

TTHC, LATER = deadline("III.16", "2023-Q2", number=16), deadline("III.16", "2023-Q3", number=17)
MONTHLY = deadline("B.2", "2023-06", number=18)
WEEKS = [deadline("III.8", f"2023-W{week}", number=week) for week in (22, 23, 24)]
BY = DoneBy(5, day("15/06/2023"), False, moment("15/06/2023 09:00"), "Trần Thị Mai")
TODAY = day("15/06/2023")
UNDO = Button("↩️ Hoàn tác", "/hoantac #5")


def lines(reply: Reply) -> list[str]:
    return reply.plain.splitlines()


def test_done_says_what_when_and_how_early_and_offers_undo() -> None:
    reply = answers.done(TTHC, BY, None, [], in_group=False)
    assert lines(reply) == [
        "✅ Đã ghi nhận hoàn thành: III.16 Báo cáo kiểm soát TTHC quý II/2023",
        "Ngày hoàn thành: 15/6/2023, trước hạn 2 ngày.",
    ]
    assert reply.buttons == ((UNDO,),)


def test_done_says_what_was_kept() -> None:
    by = replace(BY, note="số 12/BC-UBND, đã gửi Phòng Nội vụ", document="12/BC-UBND", evidence=2)
    assert lines(answers.done(TTHC, by, None, [], in_group=False))[2:] == [
        "Văn bản: 12/BC-UBND.",
        "Ghi chú: số 12/BC-UBND, đã gửi Phòng Nội vụ",
        "Đã nhận 2 tệp minh chứng; tệp nào không lưu được, bot báo lại.",
    ]


def test_note_that_is_only_the_document_is_not_said_twice() -> None:
    for note in ("số 12/BC-UBND", "so: 12/BC-UBND.", "Văn bản số 12/BC-UBND"):
        by = replace(BY, note=note, document="12/BC-UBND")
        assert lines(answers.done(TTHC, by, None, [], in_group=False))[2:] == ["Văn bản: 12/BC-UBND."]


def test_long_note_is_echoed_in_part() -> None:
    by = replace(BY, note="đã gửi " * 2000)
    assert len(answers.done(TTHC, by, None, [], in_group=False).plain) < 400


def test_done_on_behalf_says_for_whom() -> None:
    by = replace(BY, on_behalf="Bộ phận Một cửa: Lê Văn An")
    assert lines(answers.done(TTHC, by, None, [], in_group=True))[2] == (
        "Trần Thị Mai ghi nhận thay cho Bộ phận Một cửa: Lê Văn An."
    )


def test_done_in_a_group_says_who_recorded_it() -> None:
    assert lines(answers.done(TTHC, BY, None, [], in_group=True))[2] == "Người ghi nhận: Trần Thị Mai."


def test_share_that_is_done_says_whose_and_how_many_are_missing() -> None:
    own = replace(BY, share_of="Trần Thị Mai")
    other = replace(BY, share_of="Lê Văn An", on_behalf="Lê Văn An")
    assert lines(answers.done(MONTHLY, own, 3, [], in_group=True))[2:] == [
        "Phần của Trần Thị Mai.",
        "Còn 3 người chưa xong.",
    ]
    assert lines(answers.done(MONTHLY, other, 0, [], in_group=False))[2:] == [
        "Phần của Lê Văn An, Trần Thị Mai ghi nhận thay.",
        "Mọi người đều đã xong. Cảm ơn các anh/chị!",
    ]


def test_record_of_a_continuous_task_has_no_deadline_to_speak_of() -> None:
    assert lines(answers.done(sign_of_life("VII.1", "15/06/2023"), BY, None, [], in_group=False)) == [
        "✅ Đã ghi nhận hoàn thành: VII.1 Xử lý văn bản trên E-Office ngày 15/6/2023"
    ]


def test_done_lists_the_other_periods_with_buttons() -> None:
    reply = answers.done(WEEKS[2], BY, None, WEEKS[:2], in_group=False)
    assert lines(reply)[-1] == "Còn chưa xong: tuần 22/2023, tuần 23/2023."
    assert reply.buttons == (
        (UNDO, Button("✅ tuần 22/2023", "/xong #22")),
        (Button("✅ tuần 23/2023", "/xong #23"),),
    )
    many = [replace(WEEKS[0], period=f"2023-W{week}") for week in range(10, 18)]
    assert lines(answers.done(WEEKS[2], BY, None, many, in_group=False))[-1] == (
        "Còn chưa xong: tuần 10/2023, tuần 11/2023, tuần 12/2023, tuần 13/2023, tuần 14/2023 và 3 kỳ nữa."
    )


def test_done_twice_says_who_did_it_when() -> None:
    assert lines(answers.done_already(TTHC, BY, [], None, TODAY, more_kept=False)) == [
        "☑️ Đã xong từ trước: III.16 Báo cáo kiểm soát TTHC quý II/2023",
        "Trần Thị Mai ghi nhận lúc 09:00 hôm nay, trước hạn 2 ngày.",
        "Anh/chị không cần làm gì thêm.",
    ]
    by = replace(BY, share_of="Lê Văn An", on_behalf="Lê Văn An", document="12/BC")
    assert lines(answers.done_already(MONTHLY, by, [], LATER, day("19/06/2023"), more_kept=True)) == [
        "☑️ Đã xong từ trước: B.2 Báo cáo kết quả nhiệm vụ tháng 6/2023 (phần của Lê Văn An)",
        "Trần Thị Mai ghi nhận thay lúc 09:00 thứ Năm 15/6, trước hạn 6 ngày.",
        "Văn bản: 12/BC.",
        "Nội dung gửi thêm lần này đã lưu vào lịch sử.",
        "Kỳ tiếp theo: quý III/2023, chậm nhất Chủ nhật 17/9 (ngày nghỉ, nên xong trong thứ Sáu 15/9).",
    ]


def test_done_twice_offers_the_periods_that_are_open() -> None:
    reply = answers.done_already(WEEKS[2], BY, WEEKS[:2], None, TODAY, more_kept=False)
    assert lines(reply)[-1] == "Còn chưa xong: tuần 22/2023, tuần 23/2023."
    assert [button.command for row in reply.buttons for button in row] == ["/xong #22", "/xong #23"]


def test_period_that_has_not_begun_can_be_recorded_all_the_same() -> None:
    reply = answers.not_begun(LATER, TODAY)
    assert lines(reply) == [
        "III.16 chưa có kỳ nào bắt đầu.",
        "Kỳ tiếp theo: Báo cáo kiểm soát TTHC quý III/2023, chậm nhất Chủ nhật 17/9 "
        "(ngày nghỉ, nên xong trong thứ Sáu 15/9), bắt đầu từ 1/7/2023.",
        "Nếu đã làm xong trước, anh/chị chọn mục dưới đây.",
    ]
    assert reply.buttons == ((Button("✅ quý III/2023", "/xong #17"),),)


def test_unsure_about_the_task_asks_with_buttons() -> None:
    reply = answers.which_task([TTHC.task, MONTHLY.task])
    assert lines(reply) == ["Anh/chị muốn ghi nhận việc nào?"]
    assert reply.buttons == (
        (Button("III.16 Báo cáo kiểm soát TTHC, một cửa…", "/xong III.16"),),
        (Button("B.2 Báo cáo kết quả nhiệm vụ hàng tháng", "/xong B.2"),),
    )


def test_unsure_about_the_deadline_asks_with_buttons() -> None:
    assert lines(answers.which_deadline("III.8", WEEKS, lost=False)) == ["Anh/chị ghi nhận hạn nào của III.8?"]
    reply = answers.which_deadline("III.8", WEEKS, lost=True)
    assert lines(reply)[1] == ("Để lưu cả ghi chú, số văn bản, gõ lại kèm kỳ, ví dụ: /xong III.8 tuần 24/2023 …")
    assert [button.label for row in reply.buttons for button in row] == [
        "✅ tuần 22/2023",
        "✅ tuần 23/2023",
        "✅ tuần 24/2023",
    ]


def test_unsure_about_the_person_asks_with_buttons() -> None:
    reply = answers.which_person(MONTHLY, [(3, "Trần Lan"), (7, "Nguyễn Thị Lan")])
    assert lines(reply) == ["Có 2 người trùng tên. Anh/chị ghi nhận B.2 cho ai?"]
    assert reply.buttons == (
        (Button("✅ Trần Lan (số 3)", "/xong #18 thay 3"),),
        (Button("✅ Nguyễn Thị Lan (số 7)", "/xong #18 thay 7"),),
    )


def test_undo_says_whose_record_it_was_and_that_the_work_is_open_again() -> None:
    reply = answers.undone(TTHC, BY, item(TTHC), at("15 09:05"), CALENDAR)
    assert lines(reply) == [
        "↩️ Đã hoàn tác: III.16 Báo cáo kiểm soát TTHC quý II/2023",
        "Lần ghi nhận của Trần Thị Mai lúc 09:00 hôm nay không còn hiệu lực; lịch sử vẫn lưu cả hai.",
        "Việc này mở lại: chậm nhất thứ Bảy 17/6 (ngày nghỉ, nên xong trong thứ Sáu 16/6) · còn 1 ngày làm việc.",
    ]
    assert reply.buttons == ((Button("✅ Ghi nhận lại", "/xong #16"),),)


def test_undo_of_a_continuous_task_opens_nothing() -> None:
    of = sign_of_life("VII.1", "15/06/2023")
    reply = answers.undone(of, replace(BY, share_of=""), item(of), at("15 09:05"), CALENDAR)
    assert (len(lines(reply)), reply.buttons) == (2, ())


def test_name_of_an_event_says_what_it_is_about() -> None:
    of = event_deadline("III.15", "cong-khai", "08/06/2023 08:00", "văn bản số 12/UBND")
    assert answers.name_of(of) == "III.15 Công khai kết quả trả lời PAKN: văn bản số 12/UBND"
