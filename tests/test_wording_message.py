"""Messages as values: cutting, capping, folding, and the way through the outbox."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wording.message import Block, Button, Reply, capped, cut, folded, in_rows, say


@pytest.mark.parametrize(
    ("text", "most", "line"),
    [
        ("Báo cáo CCHC", 20, "Báo cáo CCHC"),
        ("Báo cáo CCHC định kỳ", 15, "Báo cáo CCHC…"),
        ("Báo cáo, gửi Phòng Nội vụ", 10, "Báo cáo…"),
        ("  hai\n dòng  ", 20, "hai dòng"),
        ("khôngcódấucáchnàocả", 10, "khôngcódấ…"),
        ("", 5, ""),
    ],
)
def test_cut_text_is_one_line_that_ends_with_a_word(text: str, most: int, line: str) -> None:
    assert cut(text, most) == line


@given(st.text(max_size=300), st.integers(2, 80))
def test_cut_text_is_never_too_long(text: str, most: int) -> None:
    assert len(cut(text, most)) <= most


def test_capped_list_says_how_many_are_left_out() -> None:
    entries = [Block(f"việc {number}\n  hạn") for number in range(1, 11)]
    assert capped(entries, "việc", most=6) == [*entries[:3], Block("… và 7 việc nữa.")]
    assert capped(entries, "việc", room=29) == [*entries[:2], Block("… và 8 việc nữa.")]
    assert capped(entries, "việc") == entries
    assert capped([], "việc") == []


def test_capped_list_shows_at_least_one() -> None:
    entries = [Block("một việc rất dài"), Block("việc")]
    assert capped(entries, "việc", room=0) == [entries[0], Block("… và 1 việc nữa.")]


@pytest.mark.parametrize(
    ("text", "flat"),
    [
        ("Quý II/2023", "quy ii/2023"),
        ("ĐÔN ĐỐC", "don doc"),
        ("  Tư\N{NO-BREAK SPACE}pháp \n Hộ tịch ", "tu phap ho tich"),
        ("so\u0302\u0301", "so"),
        ("Ủy ban nhân dân phường Phước Hải", "uy ban nhan dan phuong phuoc hai"),
    ],
)
def test_folded_text_is_how_people_type_in_a_hurry(text: str, flat: str) -> None:
    assert folded(text) == flat


@given(st.text(max_size=100))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_reply_comes_back_from_the_outbox_as_it_went_in() -> None:
    reply = Reply(
        (Block("Tiêu đề", heading=True), Block("nội dung")),
        ((Button("✅ III.16", "/xong #1"), Button("↩️", "/hoantac #1")), (Button("Trang sau", "/viec 2"),)),
        ({"channel": "telegram", "kind": "photo", "id": "x", "name": ""},),
    )
    assert Reply.from_dict(reply.to_dict()) == reply
    assert Reply.from_dict(say("một câu").to_dict()) == say("một câu")


def test_reply_that_is_said_again_says_so() -> None:
    again = say("Báo cáo", "hôm nay", buttons=((Button("a", "/b"),),)).again()
    assert (again.plain, again.buttons) == ("(nhắc lại) Báo cáo\nhôm nay", ((Button("a", "/b"),),))


def test_buttons_stand_side_by_side() -> None:
    a, b, c = (Button(name, f"/{name}") for name in "abc")
    assert in_rows([a, b, c], 2) == ((a, b), (c,))
    assert in_rows([], 2) == ()
