"""One definition for each figure: counted the slow way, it is the same on everything that the bot gives out."""

import html
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from docx import Document
from PIL import Image
from python_calamine import CalamineWorkbook
from sqlmodel import select

from jobs.press import make
from plan_data.workdays import ZONE
from records.database import transaction
from records.tables import DeadlineRow
from tests.builders import moment
from tests.exports import Row
from tests.one_month import lived
from tests.test_case_commands import office_with_cases
from tests.town import Town

Numbers = list[int]


def by_hand(town: Town, month: date | None = None) -> dict[str, Numbers]:
    """The four numbers of each section, and of "" everything, one deadline after the other."""
    now, today = town.clock(), town.clock().astimezone(ZONE).date()
    found: dict[str, Numbers] = {"": [0, 0, 0, 0]}
    with transaction(town.engine) as session:
        for row in session.exec(select(DeadlineRow)):
            if row.withdrawn or row.before_tracking or row.kind == "continuous" or row.opens > today:
                continue
            if month is not None and row.last_day.replace(day=1) != month:
                continue
            if row.done_on is not None:
                place = 1 if row.done_on > row.last_day else 0
            else:
                place = 3 if row.last_day < today or (row.due_at is not None and row.due_at < now) else 2
            for key in ("", row.task.partition(".")[0]):
                found.setdefault(key, [0, 0, 0, 0])[place] += 1
    return found


def of_status(text: str) -> Numbers:
    """From the words of /status."""
    return [int(number) for number in re.findall(r"(?:đúng hạn|muộn|còn hạn|Quá hạn): (\d+)", text)]


def of_board(page: str) -> dict[str, Numbers]:
    """From the page to project: the tiles, and the rows of each section."""
    found = {"": [int(number) for number in re.findall(r'<b id="n-\w+">(\d+)</b>', page)]}
    for section, rows in re.findall(r'<tbody data-part="(\w+)">(.*?)</tbody>', page, re.DOTALL):
        states = re.findall(r'data-state="(\w+)"', rows)
        found[section] = [states.count(state) for state in ("on_time", "late", "open", "overdue")]
    return {section: numbers for section, numbers in found.items() if any(numbers)}


def of_picture(content: bytes) -> dict[str, Numbers]:
    """From the words of the picture: the tiles, and what stands behind each bar."""
    words = str(Image.open(BytesIO(content)).info["Description"]).splitlines()
    found = {"": [int(words[place]) for place in (3, 5, 7, 9)]}
    for heading, bar in pairwise(words):
        if (section := re.match(r"(B|[IVX]+)\. ", heading)) and re.match(r"[✔◑○▲] \d", bar):
            numbers = dict(re.findall(r"([✔◑○▲]) (\d+)", bar))
            found[section[1]] = [int(numbers.get(mark, 0)) for mark in "✔◑○▲"]
    return found


@pytest.mark.parametrize("when", ["02/06/2023 09:00", "13/06/2023 09:00", "23/06/2023 07:30", "30/06/2023 17:00"])
async def test_status_board_and_picture_say_what_a_count_by_hand_says(town: Town, when: str) -> None:
    await lived(town, until=when)
    expected = by_hand(town)
    paper = {what: make(town.engine, town.office, what, town.clock(), {}) for what in ("board", "picture")}
    assert of_status((await town.says("lanh-dao", "/tinhhinh")).text) == expected[""]
    assert of_board(paper["board"].decode()) == expected
    assert of_picture(paper["picture"]) == expected


async def test_month_is_the_same_in_words_and_in_its_picture(town: Town) -> None:
    june = date(2023, 6, 1)
    await lived(town, until="10/07/2023 09:00")
    expected = by_hand(town, june)
    assert of_status((await town.says("lanh-dao", "/tinhhinh 6/2023")).text) == expected[""]
    assert of_picture(make(town.engine, town.office, "picture", town.clock(), {"month": "2023-06-01"})) == expected


LATE, DONE = moment("02/06/2023 17:00"), moment("05/06/2023 07:30")
CASES = (
    Row("H32-1", due=LATE),
    Row("H32-2", due=LATE, finished=DONE, status="Đã trả kết quả"),
    Row("H32-3", due=LATE, officer="Cán bộ Một cửa"),
    *(
        Row(f"H32-1{number:02}", finished=DONE, status="Đã trả kết quả", officer="Cán bộ Một cửa")
        for number in range(99)
    ),
    Row("H32-5", due=moment("30/06/2023 17:00"), officer="Công chức Văn hóa"),
)


def cases_on(paper: bytes) -> list[str]:
    """The lines about cases, from the page or the picture."""
    if paper.startswith(b"\x89PNG"):
        words = str(Image.open(BytesIO(paper)).info["Description"])
        return re.findall(r"^(?:Hồ sơ|[✔◑▲] \D+: trễ) .*", words, re.MULTILINE)
    part = re.search(r"<h2>Hồ sơ</h2>(.*?)</ul>", paper.decode(), re.DOTALL)
    return [html.unescape(line) for line in re.findall(r"<li>(.*?)</li>", part[1])] if part else []


async def test_cases_stand_against_both_lines_on_board_and_picture_as_counted_by_hand(town: Town) -> None:
    await office_with_cases(town, *CASES)
    town.at("23/06/2023 07:30")
    everything = Counter(row.officer for row in CASES)
    late = Counter(row.officer for row in CASES if row.due and row.due < (row.finished or town.clock()))
    lines = [
        f"Hồ sơ năm 2023: trễ {late.total()}/{everything.total()} (2,91%) · chỉ tiêu dưới 0,5%: chưa đạt",
        f"▲ Công chức Tư pháp: trễ {late['Công chức Tư pháp']}/2 (100,00%) · từ 10% trở lên",
        f"◑ Cán bộ Một cửa: trễ {late['Cán bộ Một cửa']}/100 (1,00%) · từ 0,5% trở lên",
        "✔ Công chức Văn hóa: trễ 0/1 (0,00%)",
    ]
    paper = {what: make(town.engine, town.office, what, town.clock(), {}) for what in ("board", "picture")}
    assert cases_on(paper["board"]) == cases_on(paper["picture"]) == lines
    for month, first in (("2023-06-01", ["Hồ sơ tháng 6/2023"]), ("2023-07-01", [])):
        of_month = cases_on(make(town.engine, town.office, "picture", town.clock(), {"month": month}))
        assert [line.partition(":")[0] for line in of_month[:1]] == first


async def test_no_cases_are_shown_before_the_first_import_nor_to_a_group(town: Town) -> None:
    async def shown(line: str, *, in_group: bool) -> int:
        answer = await town.says("lanh-dao", line, in_group=in_group)
        return len(cases_on(Path(answer.reply.attachments[0]["path"]).read_bytes()))  # noqa: ASYNC240 - a look

    lines = ("/bang", "/tinhhinh")
    assert [await shown(line, in_group=False) for line in lines] == [0, 0]
    await office_with_cases(town, *CASES)
    assert [await shown(line, in_group=True) for line in lines] == [0, 0]
    assert [await shown(line, in_group=False) for line in lines] == [4, 4]


CARRIED = Row("H32-6", received=moment("10/03/2023 08:00"), due=moment("20/03/2023 17:00"),
              finished=moment("30/03/2023 08:00"), status="Đã trả kết quả", online="Trực tiếp")  # fmt: skip
BEFORE = Row(
    "H32-7", received=moment("10/03/2023 08:00"), finished=moment("13/03/2023 08:00"), status="Đã trả kết quả"
)
AFTER = Row("H32-8", received=moment("15/06/2023 08:00"), due=moment("20/06/2023 17:00"))


def counted_by_hand(rows: Iterable[Row]) -> Numbers:
    """Carried over, received, done in time and late, open in time and late: of 15 March to 14 June."""
    first, end = moment("15/03/2023 00:00"), moment("15/06/2023 00:00")
    numbers = [0] * 6
    for row in rows:
        assert row.received is not None
        assert row.due is not None
        numbers[0] += row.received < first and (row.finished is None or row.finished >= first)
        numbers[1] += first <= row.received < end
        if row.finished is not None and row.finished < end:
            if row.finished >= first:
                numbers[3 if row.finished > row.due else 2] += 1
        elif row.received < end:
            numbers[5 if row.due < end else 4] += 1
    return numbers


async def test_report_and_its_tables_have_the_cases_of_a_count_by_hand(town: Town) -> None:
    rows = (*CASES, CARRIED, BEFORE, AFTER)
    await office_with_cases(town, *rows)
    town.at("23/06/2023 07:30")
    about = {"kind": "tthc", "period": "2023-Q2"}
    written = {
        what: BytesIO(make(town.engine, town.office, what, town.clock(), about)) for what in ("document", "workbook")
    }
    lines = [paragraph.text for paragraph in Document(written["document"]).paragraphs]
    carried, received, in_time, late, waiting, overdue = counted_by_hand(rows)
    assert {
        f"- Kỳ trước chuyển sang {carried} hồ sơ; tiếp nhận trong kỳ {received} hồ sơ.",
        f"- Đã giải quyết {in_time + late} hồ sơ: đúng hạn {in_time}, quá hạn {late}.",
        f"- Đang giải quyết {waiting + overdue} hồ sơ: trong hạn {waiting}, quá hạn {overdue}.",
    } < set(lines)
    assert [line for line in lines if line.endswith("[điền số liệu].") and "hồ sơ" in line] == [
        "- Số hồ sơ tiếp nhận qua bưu chính: [điền số liệu].",
        "- Tỷ lệ số hóa hồ sơ, kết quả giải quyết thủ tục hành chính: [điền số liệu].",
    ]
    sheet = CalamineWorkbook.from_filelike(written["workbook"]).get_sheet_by_name("Hồ sơ").to_python()
    assert {row[0]: row[1:6] for row in sheet[4:]} == {
        officer: counted_by_hand(row for row in rows if officer in ("Cơ quan", row.officer))[1:]
        for officer in (*{row.officer for row in rows}, "Cơ quan")
    }


async def test_message_with_a_draft_asks_for_the_same_figures_as_the_draft(town: Town) -> None:
    async def asked() -> list[str]:
        answer = await town.says("cchc", "/baocao cchc 2023")
        return [line for line in answer.text.splitlines() if "hồ sơ" in line or "thanh toán" in line]

    assert await asked() == [
        "• Số hồ sơ tiếp nhận, đã giải quyết, đúng hạn, quá hạn",
        "• Tỷ lệ hồ sơ nộp trực tuyến, thanh toán trực tuyến",
    ]
    await office_with_cases(town, *CASES)
    assert await asked() == ["• Tỷ lệ thanh toán trực tuyến"]
