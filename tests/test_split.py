from hypothesis import given
from hypothesis import strategies as st

from bot.channels.split import length, split
from wording.message import Block

FAMILY = "👨‍👩‍👧"
# What a reader sees as one character, whatever it is made of.
CHARACTERS = (
    "a", "B", "7", "•", "ế", "e\u0302\u0301", "Đ", "ữ", "u\u031b\u0303", "😀", "👍🏽", "🇻🇳", FAMILY,
    "1\ufe0f\u20e3", "❤️", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "<", "&", "_",
)  # fmt: skip
SPACES = (" ", "\n", "\n\n", "\t")

characters = st.lists(st.sampled_from(CHARACTERS + SPACES), max_size=60)
blocks = st.lists(st.tuples(characters, st.booleans()), max_size=12)


def texts(parts: list[list[Block]]) -> list[str]:
    return ["\n".join(block.text for block in part) for part in parts]


def without_space(text: str) -> str:
    return "".join(text.split())


def lines(*given: str) -> tuple[Block, ...]:
    return tuple(Block(text) for text in given)


@given(blocks, st.integers(24, 90))
def test_nothing_but_white_space_is_lost_and_no_part_is_too_long(
    given: list[tuple[list[str], bool]], limit: int
) -> None:
    message = tuple(Block("".join(text), heading) for text, heading in given)
    found = texts(split(message, limit))
    assert without_space("".join(found)) == without_space("".join(block.text for block in message))
    assert [text for text in found if length(text) > limit] == []


@given(blocks, st.integers(24, 90))
def test_a_part_neither_begins_nor_ends_with_a_blank_line_and_is_never_blank(
    given: list[tuple[list[str], bool]], limit: int
) -> None:
    parts = split(tuple(Block("".join(text), heading) for text, heading in given), limit)
    assert [text for text in texts(parts) if not text.splitlines()[0].strip()] == []
    assert [part for part in parts if not part[-1].text.strip()] == []


def test_a_heading_that_moves_to_the_next_part_leaves_its_blank_line_behind() -> None:
    parts = split((Block("a" * 10), Block("\n🔴 Quá hạn", heading=True), Block("b" * 10)), 24)
    assert texts(parts) == ["a" * 10, "🔴 Quá hạn\n" + "b" * 10]


@given(st.lists(st.sampled_from(CHARACTERS), min_size=1, max_size=200), st.integers(24, 60))
def test_no_part_begins_inside_a_character(given: list[str], limit: int) -> None:
    found = texts(split((Block("".join(given)),), limit))
    left = list(given)
    for text in found:
        taken = ""
        while left and len(taken) < len(text):
            taken += left.pop(0)
        assert taken == text


@given(st.lists(st.text(st.sampled_from("abcdếữ😀"), min_size=1, max_size=20), min_size=1, max_size=40))
def test_items_that_fit_are_never_parted(items: list[str]) -> None:
    found = split(lines(*items), 50)
    assert [block.text for part in found for block in part] == items


@given(st.lists(st.text(st.sampled_from("abcdếữ😀"), min_size=1, max_size=20), min_size=1, max_size=40))
def test_a_new_part_begins_only_when_the_next_item_does_not_fit(items: list[str]) -> None:
    parts = split(lines(*items), 50)
    ends = [length(text) + 1 + length(after[0].text) for text, after in zip(texts(parts), parts[1:], strict=False)]
    assert [end for end in ends if end <= 50] == []


def test_items_are_kept_whole_and_fill_each_part() -> None:
    found = texts(split(lines("• một", "• hai", "• ba", "• bốn"), 12))
    assert found == ["• một\n• hai", "• ba\n• bốn"]


def test_an_item_that_is_too_long_is_cut_at_lines_then_at_words_then_anywhere() -> None:
    assert texts(split(lines("một hai\nba bốn"), 8)) == ["một hai", "ba bốn"]
    assert texts(split(lines("một hai ba bốn"), 8)) == ["một hai", "ba bốn"]
    assert texts(split(lines("mộthaibabốn"), 8)) == ["mộthaiba", "bốn"]


def test_lengths_are_counted_as_the_platform_counts() -> None:
    assert [length(text) for text in ("ă", "e\u0302\u0301", "😀", FAMILY, "🇻🇳")] == [1, 3, 2, 8, 4]
    assert texts(split(lines("😀" * 5), 4)) == ["😀😀", "😀😀", "😀"]


def test_a_heading_goes_with_what_follows_it() -> None:
    message = (Block("• một"), Block(""), Block("Quá hạn", heading=True), Block("• hai"))
    assert split(message, 14) == [[Block("• một")], [Block("Quá hạn", heading=True), Block("• hai")]]


def test_a_heading_stays_where_there_is_no_room_for_it_beside_what_follows() -> None:
    message = (Block("• một"), Block("Quá hạn", heading=True), Block("• hai ba bốn"))
    assert texts(split(message, 14)) == ["• một\nQuá hạn", "• hai ba bốn"]


def test_pieces_of_a_heading_are_headings() -> None:
    assert split((Block("một hai", heading=True),), 4) == [[Block("một", heading=True)], [Block("hai", heading=True)]]


def test_one_letter_with_more_marks_than_a_message_holds_is_cut_into_few_parts() -> None:
    assert [length(text) for text in texts(split((Block("e" + "\u0301" * 99),), 40))] == [40, 40, 20]


def test_a_message_without_words_has_no_parts() -> None:
    assert split((), 10) == []
    assert split(lines("", " ", "\n"), 10) == []


def test_half_a_surrogate_pair_does_not_break_the_counting() -> None:
    assert texts(split((Block("\ud83d" + "a" * 5),), 4)) == ["\ud83daaa", "aa"]
