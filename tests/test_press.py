"""The press: papers are made when their message goes out, once, and a failure costs only the file."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from jobs import papers
from jobs.channel import SendFailed
from jobs.delivery import Courier
from jobs.press import Press
from plan_data.office import Office
from tests.machine import ROOT
from tests.stages import STAGES
from tests.town import Town
from wording.files import from_another_channel, in_words, not_made
from wording.message import paper, say


async def test_outbox_holds_what_is_to_be_made_and_not_the_file(town: Town) -> None:
    await town.at("01/06/2023 09:00").says("tu-phap", "/lich tep")
    with town.engine.connect() as connection:
        (body,) = connection.execute(text("SELECT body FROM outbox WHERE kind = 'answer'")).scalars()
    assert len(str(body)) < 1000
    assert "BEGIN:VCALENDAR" not in str(body)


async def test_file_of_a_message_is_kept_under_its_number(town: Town, tmp_path: Path) -> None:
    await town.at("01/06/2023 09:00").says("tu-phap", "/lich tep")
    (file,) = (tmp_path / "files").iterdir()
    with town.engine.connect() as connection:
        (number,) = connection.execute(text("SELECT id FROM outbox WHERE kind = 'answer'")).scalars()
    assert file.name == f"{number}-lich-2023.ics"


async def test_message_that_is_sent_again_carries_the_same_file(town: Town, tmp_path: Path) -> None:
    town.channel.failures = [SendFailed("no network")]
    assert await town.at("01/06/2023 09:00").hears("tu-phap", "/lich tep") == []
    (file,) = (tmp_path / "files").iterdir()
    before = file.stat().st_mtime_ns
    town.at("01/06/2023 09:10")
    await town.courier.deliver()
    (sent,) = town.said_to("tu-phap")
    assert Path(sent.reply.attachments[0]["path"]) == file
    assert file.stat().st_mtime_ns == before


async def test_paper_that_cannot_be_made_leaves_the_words(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "PAPERS", {})
    monkeypatch.setattr("jobs.press.PAPERS", {})
    answer = await town.at("01/06/2023 09:00").says("tu-phap", "/lich tep")
    assert answer.text.splitlines()[0] == "📅 Lịch các hạn năm 2023 của anh/chị"
    assert (answer.text.splitlines()[-1], answer.reply.attachments) == (not_made("lich-2023.ics"), ())


@pytest.mark.parametrize(("name", "sent_by"), [("telegram", "sendDocument"), ("zalo", "sendMessage")])
async def test_chat_shows_that_a_paper_is_being_made_before_it_comes(
    engine: Engine, office: Office, tmp_path: Path, name: str, sent_by: str
) -> None:
    async with STAGES[name](engine, office, tmp_path) as stage:
        stage.open()
        courier = Courier(engine, office, stage.channel, stage.clock, press=Press(engine, office, tmp_path / "files"))
        stage.queue("van-hoa", say("Lịch năm 2023"), "words")
        await courier.deliver()
        words = [call.method for call in stage.server.calls()]
        calendar = paper("document", "calendar", "lich-2023.ics", stage.clock(), {"year": 2023, "person": None})
        stage.queue("van-hoa", replace(say("Lịch năm 2023"), attachments=(calendar,)), "paper")
        await courier.deliver()
        calls = [call.method for call in stage.server.calls()]
    assert calls[len(words) :] == ["sendChatAction", sent_by]
    assert "sendChatAction" not in words


async def test_sign_that_does_not_come_keeps_nothing_back(town: Town) -> None:
    town.channel.no_signs = True
    answer = await town.at("01/06/2023 09:00").says("tu-phap", "/lich tep")
    assert (town.channel.shown_work, len(answer.reply.attachments)) == (["tu-phap"], 1)


def test_channel_without_files_says_where_the_file_lies() -> None:
    made = {"kind": "document", "paper": "board", "name": "bang.html", "path": "data/files/12-bang.html"}
    assert in_words(made) == (
        "📎 bang.html (kênh này không gửi được tệp; tệp nằm trên máy chạy bot: data/files/12-bang.html)"
    )
    assert in_words({"name": "a.pdf", "channel": "zalo"}) == from_another_channel("a.pdf")


def test_start_loads_none_of_the_libraries_that_draw() -> None:
    heavy = ["icalendar", "jinja2", "PIL", "docx", "docxtpl", "lxml", "xlsxwriter"]
    code = f"import bot.cli, jobs.press, sys; print([each for each in {heavy} if each in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
