"""Refusals: polite, and each says what to do next."""

import pytest

from tests.builders import day, moment
from wording import changes, refusals
from wording.refusals import Refusal

REFUSALS = [
    refusals.unknown_command("xon", "xong"),
    refusals.unknown_command("gì"),
    refusals.unknown_words(),
    refusals.only_for("công chức CCHC"),
    refusals.no_such_task("III.99"),
    refusals.nothing_found("xyz"),
    refusals.nothing_to_show("xyz"),
    refusals.only_months("quý II"),
    refusals.only_your_own(),
    refusals.no_such_period("III.16", "Q1", ["quý II/2023", "quý III/2023"]),
    refusals.no_such_period("III.15", "Q1", []),
    refusals.not_yours("III.16", "Văn phòng - Thống kê (CCHC)"),
    refusals.event_not_yours("III.15", "Văn phòng - Thống kê (CCHC)"),
    refusals.each_for_themselves("B.2"),
    refusals.owes_no_share("B.2", "Trần Lan"),
    refusals.nothing_open("III.16"),
    refusals.nothing_open("III.15", by_event=True),
    refusals.nothing_open("IV.1", by_direction=True),
    refusals.nothing_to_undo(),
    refusals.nothing_to_undo("III.16"),
    refusals.undone_already(),
    refusals.undo_is_not_yours("Trần Lan"),
    refusals.too_late_to_undo(24),
    refusals.usage("giahan", "III.16 Q2 20/6/2023 số 15/UBND-VP", "Anh/chị cho biết thêm ngày mới."),
    refusals.bad_number("#99"),
    changes.no_event_rule("III.16"),
    changes.event_in_the_future(moment("20/06/2023 08:00")),
    changes.expired_already(day("01/06/2023")),
    changes.event_out_of_reach(day("01/01/2020")),
    changes.day_is_past(day("01/06/2023")),
    changes.day_too_far(day("01/01/2030"), day("31/12/2027")),
    changes.nothing_to_move("VII.1"),
    changes.done_before_moving("III.16"),
    changes.out_of_reach(day("01/06/2027")),
]
SENTENCES = [refusal.sentence for refusal in REFUSALS]


@pytest.mark.parametrize(
    "sentence",
    [*SENTENCES, refusals.STRANGER, refusals.BROKEN, refusals.UNLINKED_GROUP],
    ids=lambda words: words[:40],
)
def test_refusal_is_addressed_to_a_person_and_says_what_to_do(sentence: str) -> None:
    assert "/" in sentence or "nhờ" in sentence or "Anh/chị" in sentence
    assert ".." not in sentence
    assert "  " not in sentence
    assert sentence[0].isupper()
    assert len(sentence) <= 300


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (
            refusals.unknown_command("xon", "xong"),
            "Bot chưa hiểu lệnh “/xon”. Có phải anh/chị muốn gửi /xong? "
            "Anh/chị gửi /huongdan để xem các lệnh dùng được.",
        ),
        (
            refusals.only_for("lãnh đạo và công chức CCHC"),
            "Lệnh này chỉ dành cho lãnh đạo và công chức CCHC. Anh/chị gửi /huongdan để xem các lệnh của mình.",
        ),
        (
            refusals.no_such_period("III.16", "Q1", ["quý II/2023", "quý III/2023"]),
            "Nhiệm vụ III.16 không có kỳ “Q1”. Các kỳ gần đây: quý II/2023, quý III/2023. "
            "Anh/chị gửi /tinhhinh III.16 để xem các kỳ.",
        ),
        (
            refusals.not_yours("III.16", "Văn phòng - Thống kê (CCHC)"),
            "Nhiệm vụ III.16 do Văn phòng - Thống kê (CCHC) phụ trách nên anh/chị chưa ghi nhận thay được. "
            "Nếu đã làm xong, anh/chị nhờ người phụ trách hoặc công chức CCHC ghi nhận giúp.",
        ),
        (
            refusals.undo_is_not_yours("Trần Lan"),
            "Ghi nhận này do Trần Lan thực hiện. Anh/chị nhờ Trần Lan hoặc công chức CCHC hoàn tác giúp.",
        ),
        (
            changes.event_in_the_future(moment("20/06/2023 08:00")),
            "Thời điểm 08:00 ngày 20/6/2023 chưa tới. Anh/chị ghi nhận khi sự kiện đã xảy ra.",
        ),
    ],
)
def test_refusal_in_full(refusal: Refusal, sentence: str) -> None:
    assert refusal.sentence == sentence


def test_words_of_the_person_are_echoed_in_part() -> None:
    long = "rất dài " * 1000
    echoing = [
        refusals.unknown_command(long),
        refusals.nothing_found(long),
        refusals.nothing_to_show(long),
        refusals.no_such_period("III.16", long, []),
    ]
    assert [len(refusal.sentence) <= 300 for refusal in echoing] == [True] * 4
