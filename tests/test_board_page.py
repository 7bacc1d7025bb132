"""The board to project: who gets it, what stands on it, and how it behaves in a real browser."""

import html
import re
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Engine

from jobs.press import make
from plan_data.office import Office
from tests.browser import dom_after, needs_browser, printed
from tests.one_month import lived
from tests.town import Sent, Town

SHOWN = "[...document.querySelectorAll('.tasks tr.row')].filter((row) => row.offsetParent)"


def page(sent: Sent) -> str:
    """The page of an answer."""
    (file,) = sent.reply.attachments
    return Path(file["path"]).read_text(encoding="utf-8")


def numbers(text: str) -> list[int]:
    """The four numbers at the top."""
    return [int(found) for found in re.findall(r'<b id="n-\w+">(\d+)</b>', text)]


@pytest.fixture
async def june(engine: Engine, office: Office, tmp_path: Path) -> Path:
    """The board of 23 June, as a file."""
    town = await lived(Town(engine, office))
    file = tmp_path / "board.html"
    file.write_bytes(make(town.engine, town.office, "board", town.clock(), {}))
    return file


async def test_leaders_and_the_clerk_get_one_file_that_needs_no_network(town: Town) -> None:
    town.at("15/06/2023 09:00")
    for role in ("lanh-dao", "cchc"):
        answer = await town.says(role, "/bang")
        assert [file["name"] for file in answer.reply.attachments] == ["bang-2023-06-15.html"]
        assert re.findall(r"https?:|//\w|\bsrc=|@import|url\(", page(answer)) == []


async def test_every_number_is_that_of_the_status_and_of_the_rows(town: Town) -> None:
    await lived(town)
    text = page(await town.says("lanh-dao", "/bang"))
    status = (await town.says("lanh-dao", "/tinhhinh")).text
    assert numbers(text) == [int(found) for found in re.findall(r": (\d+)", status)[:4]]
    assert numbers(text) == [
        len(re.findall(f'data-state="{state}"', text)) for state in ("on_time", "late", "open", "overdue")
    ]


async def test_every_task_of_the_plan_stands_on_it(town: Town) -> None:
    text = page(await town.at("15/06/2023 09:00").says("cchc", "/bang"))
    tasks = [task for _, task in town.office.plans.tasks()]
    assert set(re.findall(r'<td class="code">([^<]+)</td>', text)) == {task.code for task in tasks}
    quiet = Counter(re.findall(r"<td>(Thường xuyên|Chưa đến kỳ|Qua trước khi theo dõi)</td>", text))
    continuous = [task for task in tasks if all(rule.kind == "continuous" for rule in task.rules)]
    assert quiet == {"Thường xuyên": len(continuous), "Chưa đến kỳ": 10, "Qua trước khi theo dõi": 1}


async def test_what_people_have_typed_is_text_and_not_markup(town: Town) -> None:
    awkward = 'đơn <script>alert(1)</script> & "Út"'
    await town.at("13/06/2023 09:00").says("mot-cua", f"/sukien III.6 {awkward} ngày 13/6")
    text = page(await town.says("cchc", "/bang"))
    assert "<script>alert" not in text
    assert awkward in html.unescape(text)


@needs_browser
async def test_filters_narrow_what_is_shown_and_count_it(june: Path) -> None:
    asked = (
        "(() => { const fill = (id, value) => { document.getElementById(id).value = value;"
        " document.getElementById('filter').dispatchEvent(new Event('input', {bubbles: true})); };"
        f" const count = () => {SHOWN}.length + ' ' + document.getElementById('count').textContent; const told = [];"
        " told.push(count()); fill('state', 'overdue'); told.push(count()); fill('part', 'III'); told.push(count());"
        " fill('words', 'kiem tra NGAU nhien'); told.push(count()); fill('state', ''); told.push(count());"
        " return told.join('|'); })()"
    )
    assert dom_after(june, asked).split("|") == [
        "67 47/47 hạn",
        "9 9/47 hạn",
        "6 6/47 hạn",
        "2 2/47 hạn",
        "4 4/47 hạn",
    ]


@needs_browser
async def test_headings_sort_up_and_down_within_each_part(june: Path) -> None:
    asked = (
        "(() => { const button = document.querySelector('[data-key=state] button'); const told = [];"
        " const rows = () => [...document.querySelectorAll('[data-part=B] tr.row')];"
        " const states = () => rows().map((row) => row.dataset.state);"
        " button.click(); told.push(states()); button.click(); told.push(states()); return told.join('|'); })()"
    )
    assert dom_after(june, asked) == ("overdue,overdue,overdue,open,late|late,open,overdue,overdue,overdue")


@needs_browser
@pytest.mark.parametrize("width", [360, 768, 1366])
async def test_page_is_no_wider_than_the_screen(june: Path, width: int) -> None:
    root = "document.documentElement"
    assert dom_after(june, f"innerWidth + ' ' + ({root}.scrollWidth - {root}.clientWidth)", width) == f"{width} 0"


@needs_browser
async def test_page_prints_on_a4(june: Path) -> None:
    boxes = set(re.findall(rb"/MediaBox \[([\d. ]+)\]", printed(june)))
    assert {tuple(round(float(side)) for side in box.split()) for box in boxes} == {(0, 0, 842, 595)}
