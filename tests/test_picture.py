"""The picture of how the office stands: who gets it, what stands on it, and that it can be read."""

from io import BytesIO
from pathlib import Path
from unicodedata import normalize

import pytest
from PIL import Image, ImageFont

from records.figures import State
from tests.one_month import lived
from tests.phone import labels
from tests.town import Sent, Town
from wording.papers import canvas, picture
from wording.states import MARKS

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyfjwz"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VOWELS = "aăâeêioôơuưy"


def pictured(sent: Sent) -> Image.Image:
    """The picture of an answer."""
    (file,) = [each for each in sent.reply.attachments if each["kind"] == "photo"]
    return Image.open(BytesIO(Path(file["path"]).read_bytes()))


def words(picture: Image.Image) -> list[str]:
    """What is written in it, as it was drawn."""
    return str(picture.info["Description"]).splitlines()


async def test_leaders_get_a_picture_with_the_status_and_staff_do_not(town: Town) -> None:
    town.at("15/06/2023 09:00")
    leader, staff = await town.says("lanh-dao", "/tinhhinh"), await town.says("tu-phap", "/tinhhinh")
    assert [file["name"] for file in leader.reply.attachments] == ["tinh-hinh-2023-06-15.png"]
    assert labels(leader) != []
    assert staff.reply.attachments == ()


@pytest.mark.parametrize("narrowed", ["III", "tư pháp", "quá hạn", "III.16", "phan"])
async def test_picture_comes_only_with_the_whole_board(town: Town, narrowed: str) -> None:
    answer = await town.at("15/06/2023 09:00").says("lanh-dao", f"/tinhhinh {narrowed}")
    assert answer.reply.attachments == ()


async def test_picture_has_the_numbers_the_sections_and_the_days(town: Town) -> None:
    await lived(town)
    told = words(pictured(await town.says("lanh-dao", "/tinhhinh")))
    assert told[:3] == ["UBND phường Phước Hải", "Tình hình nhiệm vụ", "Số liệu lúc 07:30 ngày 23/6/2023"]
    assert told[3:11] == ["5", "✔ Xong đúng hạn", "2", "◑ Xong muộn", "31", "○ Còn hạn", "9", "▲ Quá hạn"]
    section = told.index("III. Cải cách thủ tục hành chính")
    assert told[section + 1] == "✔ 3   ◑ 1   ○ 4   ▲ 6"
    month = told.index("Lịch tháng 6/2023")
    sixteenth = told.index("16", month)
    assert told[sixteenth : told.index("18", sixteenth)] == [
        "16", "▲III.8 ▲III.11", "17", "▲III.1 ▲III.3", "✔III.16",
    ]  # fmt: skip


async def test_picture_of_a_month_shows_that_month(town: Town) -> None:
    await lived(town, "10/07/2023 09:00")
    told = words(pictured(await town.says("lanh-dao", "/tinhhinh 6/2023")))
    assert (told[1], "Lịch tháng 6/2023" in told) == ("Tình hình nhiệm vụ tháng 6/2023", True)


async def test_clerks_picture_of_the_month_is_one(town: Town) -> None:
    town.at("22/06/2023 17:00")
    told = await town.run_until("23/06/2023 08:00")
    (sent,) = [each for each in told if each.chat == "cchc" and each.reply.attachments]
    assert words(pictured(sent))[1] == "Tình hình nhiệm vụ tháng 6/2023"


async def test_picture_is_small_and_fits_what_platforms_take(town: Town, tmp_path: Path) -> None:
    width, height = pictured(await town.at("15/06/2023 09:00").says("lanh-dao", "/tinhhinh")).size
    (size,) = [file.stat().st_size for file in (tmp_path / "files").iterdir()]
    assert (width, 1200 < height < 2400, size < 200_000) == (1080, True, True)


async def test_states_differ_in_black_and_white(town: Town) -> None:
    grey = pictured(await town.at("15/06/2023 09:00").says("lanh-dao", "/tinhhinh")).convert("L")
    fills = [grey.crop((44 + place * 254, 181, 264 + place * 254, 190)) for place in range(4)]
    shades = [sum(fill.tobytes()) / len(fill.tobytes()) for fill in fills]
    assert all(abs(one - other) > 15 for place, one in enumerate(shades) for other in shades[:place])


@pytest.mark.parametrize(
    ("ends", "lines"),
    [
        ([], []),
        (["○III.1", "○III.3", "○III.13"], ["○III.1 ○III.3", "○III.13"]),
        (["○III.1", "○III.3", "○III.13", "○III.16"], ["○III.1 ○III.3", "○III.13 +1"]),
    ],
)
def test_what_ends_on_a_day_never_runs_out_of_its_square(ends: list[str], lines: list[str]) -> None:
    assert picture.in_lines(ends, 130) == lines


@pytest.mark.parametrize("name", ["DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"])
def test_font_has_every_letter_of_vietnamese_and_the_marks(name: str) -> None:
    font = ImageFont.truetype(Path(canvas.__file__).with_name("fonts") / name, 32)
    letters = {normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES} | set(LETTERS)
    signs = (
        letters | {letter.upper() for letter in letters} | set(MARKS.values()) | set("0123456789.,:;/%+-–—·…“”≥≤()")
    )
    missing = bytes(font.getmask("\uffff"))
    assert [sign for sign in sorted(signs) if bytes(font.getmask(sign)) == missing] == []


def test_every_state_has_its_own_mark() -> None:
    assert len({MARKS[state] for state in State}) == len(State)


def test_words_that_do_not_fit_are_cut() -> None:
    whole = "Xây dựng chính quyền điện tử, chính quyền số"
    for width in (60, 200, 400):
        cut = canvas.fitted(whole, width, 26)
        assert canvas.width_of(cut, 26) <= width
        assert whole.startswith(cut.removesuffix("…"))
    assert canvas.fitted(whole, 4000, 26) == whole


def test_letters_typed_in_parts_are_drawn_as_one() -> None:
    assert canvas.width_of(normalize("NFD", "Tiếng Việt"), 26) == canvas.width_of("Tiếng Việt", 26)
