"""Case files on Telegram, from the document to the letter: the real channel and service against the fake server."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import Engine

from bot.case_desk import CaseDesk
from bot.clock import SteppingClock
from jobs.press import Press
from plan_data.office import Office
from tests.builders import moment
from tests.exports import MARKERS, Row, table, xlsx_of
from tests.fakes.telegram_server import FakeTelegram
from tests.telegram_town import TelegramTown, assemble, at_work

CASES = (
    Row("H32-1", due=moment("05/06/2023 17:00")),
    Row("H32-2", "Đăng ký khai sinh", "Hộ tịch", due=moment("05/06/2023 17:00")),
)


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


async def test_document_in_preview_confirm_alerts_and_letter_out(
    server: FakeTelegram, engine: Engine, office: Office, tmp_path: Path
) -> None:
    town = TelegramTown(server, engine, office, SteppingClock(moment("05/06/2023 09:00")))
    works = assemble(town, press=Press(engine, office, tmp_path / "files"))
    desk = CaseDesk(engine, office, town.clock, fetch={"telegram": works.channel.fetch})
    async with at_work(works):
        server.says(town.users["cchc"], document=("ho-so.xlsx", xlsx_of(table(CASES))))
        await town.asked(lambda: any("Bot đang đọc" in sent.text for sent in town.sent_to("cchc")))
        assert await desk.look() == 1
        await works.courier.deliver()
        await town.asked(lambda: any("2 hồ sơ mới" in sent.text for sent in town.sent_to("cchc")))
        server.presses(town.users["cchc"], "✅ Ghi")
        await town.asked(lambda: any("Đã ghi 2 thay đổi" in sent.text for sent in town.sent_to("cchc")))
        await works.tick()
        await town.asked(lambda: any("cần xử lý: 2" in sent.text for sent in town.sent_to("tu-phap")))
        assert not any("Hồ sơ cần chú ý" in sent.text for sent in server.sent_to(town.group.id))
        for when in ("05/06/2023 11:00", "05/06/2023 13:30"):
            town.at(when)
            await works.tick()
        await town.asked(lambda: any("Hồ sơ cần chú ý" in sent.text for sent in server.sent_to(town.group.id)))
        await town.asked(lambda: any(sent.file for sent in town.sent_to("tu-phap")))
    heard = next(sent.text for sent in server.sent_to(town.group.id) if "Hồ sơ cần chú ý" in sent.text)
    assert ("H32-1" in heard, "H32-2" in heard) == (True, False)
    assert [sent for sent in server.sent if any(marker in sent.text for marker in MARKERS)] == []
    letter = next(sent.file for sent in town.sent_to("tu-phap") if sent.file is not None)
    titles = [line.text for line in Document(BytesIO(letter.content)).paragraphs]
    assert "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ" in titles
