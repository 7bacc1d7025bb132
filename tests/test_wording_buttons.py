"""Labels of buttons: told apart, and short enough for a phone."""

import re
from dataclasses import replace
from pathlib import Path

from plan_data.plan import Deadline
from tests.real_plan import deadline, event_deadline
from wording.buttons import button, done_button, done_buttons, packed, period_buttons
from wording.message import Button

QUARTER = deadline("I.5", "2023-Q2", number=24)
MONTH = deadline("I.5", "2023-06", number=25)
REPORT = deadline("III.16", "2023-Q2", number=16)
IDEA = deadline("I.4", "2023", "sang-kien", number=164)
CONTEST = deadline("I.4", "2023", "cuoc-thi", number=165)


def answered(number: int, about: str) -> Deadline:
    return event_deadline("III.15", "cong-khai", "08/06/2023 08:00", about, number=number)


def test_label_is_cut_to_what_a_phone_shows() -> None:
    assert button("Đăng ký sáng kiến, giải pháp mới về cải cách", "/xong I.4") == Button(
        "Đăng ký sáng kiến, giải pháp mới về cải…", "/xong I.4"
    )


def test_done_button_may_name_a_person() -> None:
    assert done_button(REPORT, "III.16") == Button("✅ III.16", "/xong #16")
    assert done_button(REPORT, "Lan", 7) == Button("✅ Lan", "/xong #16 thay 7")


def test_codes_stand_three_in_a_row() -> None:
    four = [replace(REPORT, id=number) for number in range(1, 5)]
    rows = done_buttons([each for each in four if each.id == 1])
    assert rows == ((Button("✅ III.16", "/xong #1"),),)


def test_codes_that_stand_there_twice_are_told_apart_by_period() -> None:
    assert done_buttons([REPORT, QUARTER, MONTH]) == (
        (Button("✅ III.16", "/xong #16"), Button("✅ I.5 quý II/2023", "/xong #24")),
        (Button("✅ I.5 tháng 6/2023", "/xong #25"),),
    )


def test_duties_of_one_code_and_period_are_told_apart_by_label() -> None:
    assert done_buttons([IDEA, CONTEST]) == (
        (Button("✅ I.4 Đăng ký sáng kiến CCHC", "/xong #164"),),
        (Button("✅ I.4 Dự thi mô hình, sáng kiến CCHC…", "/xong #165"),),
    )
    assert period_buttons([IDEA, CONTEST]) == [
        Button("✅ Đăng ký sáng kiến CCHC", "/xong #164"),
        Button("✅ Dự thi mô hình, sáng kiến CCHC lần…", "/xong #165"),
    ]


def test_events_are_told_apart_by_the_end_of_what_they_are_about() -> None:
    first = answered(1, "ban hành văn bản trả lời PAKN ngày 3/6, số 12/UBND")
    second = answered(2, "ban hành văn bản trả lời PAKN ngày 8/6, số 15/UBND")
    assert period_buttons([first, second]) == [
        Button("✅ ban hành… 3/6, số 12/UBND", "/xong #1"),
        Button("✅ ban hành… 8/6, số 15/UBND", "/xong #2"),
    ]


def test_labels_that_would_look_alike_begin_with_their_number() -> None:
    twice = [answered(1, "ban hành văn bản"), answered(2, "ban hành văn bản")]
    assert [each.label for each in period_buttons(twice)] == ["✅ #1 ban hành văn bản", "✅ #2 ban hành văn bản"]


def test_periods_of_one_rule_need_no_other_words() -> None:
    rest = deadline("III.16", "2023-Q3", number=17)
    assert [each.label for each in period_buttons([REPORT, rest])] == ["✅ quý II/2023", "✅ quý III/2023"]
    assert [each.label for each in period_buttons([QUARTER, MONTH])] == [
        "✅ quý II/2023: Kết quả TTHC đưa vào…",
        "✅ tháng 6/2023: Đánh giá cán bộ giải…",
    ]


def test_a_message_has_at_most_nine_done_buttons() -> None:
    many = [replace(REPORT, id=number, period=f"2023-W{number:02}") for number in range(1, 20)]
    assert sum(len(row) for row in done_buttons(many)) == 9
    assert len(period_buttons(many, 3)) == 3


def test_rows_are_as_wide_as_a_phone() -> None:
    short, long = Button("✅ III.16", "/a"), Button("✅ Đăng ký sáng kiến CCHC lần thứ sáu", "/b")
    assert packed([short, short, short, short, long, short]) == ((short, short, short), (short,), (long,), (short,))


def test_no_sentence_asks_to_press_what_some_channels_do_not_have() -> None:
    """On Zalo people answer with numbers, so a sentence says "chọn": buttons are the drawing's affair."""
    words = re.compile(r"\bbấm\b|\bnút\b", re.IGNORECASE)
    house = Path(__file__).parents[1] / "wording"
    found = [
        f"{file.name}:{number}"
        for file in sorted(house.rglob("*.py"))
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if words.search(line)
    ]
    assert found == []
