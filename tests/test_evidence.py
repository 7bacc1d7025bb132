"""Files that prove a completion: sent with a word or without, fetched, looked into, kept, listed in the dossier."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlalchemy import text

from bot.audit_export import damaged
from bot.channels.fetching import NotFetched
from bot.evidence_desk import EvidenceDesk
from tests.test_file_kind import PDF, PNG, archive
from tests.town import Sent, Town

FILES: dict[str, bytes] = {
    "pdf": PDF,
    "png": PNG,
    "exe": b"MZ\x90 a program",
    "macro": archive("word/vbaProject.bin"),
}
RECEIVED = "Đã nhận {} tệp minh chứng; tệp nào không lưu được, bot báo lại."


@pytest.fixture
def desk(town: Town, tmp_path: Path) -> EvidenceDesk:
    """The desk of the town hall's console, which holds `FILES`."""

    async def fetch(file: Mapping[str, Any]) -> bytes:
        if file["id"] not in FILES:
            raise NotFetched("gone")
        return FILES[file["id"]]

    town.at("15/06/2023 09:00")
    return EvidenceDesk(town.engine, town.office, town.clock, tmp_path / "evidence", {"console": fetch})


def file(number: str, name: str = "bao-cao.pdf", size: int = 0) -> dict[str, Any]:
    """A file as a channel tells of it."""
    return {"kind": "document", "id": number, "name": name, "size": size}


def rows(town: Town, columns: str = "name, state, completion_id") -> list[tuple[Any, ...]]:
    """What is on record about files."""
    with town.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT {columns} FROM evidence ORDER BY id"))]


async def looked(town: Town, desk: EvidenceDesk) -> list[Sent]:
    """One look of the desk; returns what was said after it."""
    before = len(town.channel.sent)
    await desk.look()
    await town.courier.deliver()
    return town.channel.sent[before:]


async def test_file_with_a_word_is_kept_under_a_random_name_with_its_hash(town: Town, desk: EvidenceDesk) -> None:
    answer = await town.says("cchc", "/xong III.16 Q2", attachments=[file("pdf", "../bao-cao.pdf", size=14)])
    assert answer.text.splitlines()[-1] == RECEIVED.format(1)
    assert await looked(town, desk) == []
    (stored,) = desk.folder.iterdir()
    assert (stored.read_bytes(), stored.suffix, stored.stat().st_mode & 0o777) == (PDF, ".pdf", 0o600)
    assert (desk.folder.stat().st_mode & 0o777, "bao-cao" in stored.name) == (0o700, False)
    digest = sha256(PDF).hexdigest()
    columns = "name, state, completion_id, stored_as, size, sha256, chat, reference"
    ((*kept, reference),) = rows(town, columns)
    assert kept == ["bao-cao.pdf", "kept", 1, stored.name, len(PDF), digest, ""]
    assert str(reference) == "{}"
    with town.engine.connect() as connection:
        (detail,) = connection.execute(text("SELECT detail FROM audit WHERE action = 'evidence'")).scalars()
    assert digest in str(detail)


async def test_file_without_a_word_asks_what_it_proves_and_the_next_completion_takes_it(
    town: Town, desk: EvidenceDesk
) -> None:
    asked = await town.says("cchc", "", attachments=[file("png", "")])
    assert asked.text.startswith("📎 Đã nhận tệp. Nếu là minh chứng, trong 30 phút anh/chị chọn việc dưới đây")
    another = await town.says("cchc", "", attachments=[file("pdf")])
    assert another.text.startswith("📎 Đã nhận 2 tệp.")
    assert await looked(town, desk) == []  # nothing is fetched that nobody wants to be kept
    answer = await town.says("cchc", asked.reply.buttons[0][0].command)
    assert RECEIVED.format(2) in answer.text.splitlines()
    await desk.look()
    assert rows(town) == [("tệp không tên", "kept", 1), ("bao-cao.pdf", "kept", 1)]
    assert sorted(each.suffix for each in desk.folder.iterdir()) == [".pdf", ".png"]


async def test_file_that_waited_too_long_or_came_from_another_proves_nothing(town: Town, desk: EvidenceDesk) -> None:
    await town.says("cchc", "", attachments=[file("png")])
    await town.says("van-hoa", "", attachments=[file("png")])
    town.clock.step(timedelta(minutes=31))
    answer = await town.says("cchc", "/xong III.16 Q2")
    assert "minh chứng" not in answer.text
    assert [state for _, state, _ in rows(town)] == ["loose", "loose"]


async def test_file_waits_while_the_person_is_asked_which_period(town: Town, desk: EvidenceDesk) -> None:
    town.at("20/06/2023 09:00")
    asked = await town.says("cchc", "/xong III.8", attachments=[file("pdf")])
    assert asked.text.splitlines() == ["Anh/chị ghi nhận hạn nào của III.8?"]
    answer = await town.says("cchc", asked.reply.buttons[0][0].command)
    assert RECEIVED.format(1) in answer.text.splitlines()
    assert rows(town) == [("bao-cao.pdf", "waiting", 1)]


async def test_more_evidence_can_come_later_for_what_is_done(town: Town, desk: EvidenceDesk) -> None:
    await town.says("cchc", "/xong III.16 Q2", attachments=[file("pdf")])
    again = await town.says("cchc", "/xong III.16 Q2", attachments=[file("png", "anh.png")])
    assert again.text.splitlines()[2:] == [
        RECEIVED.format(2),
        "Nội dung gửi thêm lần này đã lưu vào lịch sử.",
        "Anh/chị không cần làm gì thêm.",
    ]
    await desk.look()
    assert rows(town) == [("bao-cao.pdf", "kept", 1), ("anh.png", "kept", 1)]


async def test_file_of_another_kind_is_refused_and_the_completion_stands(town: Town, desk: EvidenceDesk) -> None:
    await town.says("cchc", "/xong III.16 Q2", attachments=[file("exe", "bao-cao.pdf"), file("macro", "b.docx")])
    refused = await looked(town, desk)
    assert [sent.text.splitlines() for sent in refused] == [
        [
            "⚠️ Chưa lưu được tệp minh chứng “bao-cao.pdf”. Bot chỉ lưu ảnh (JPEG, PNG) và tệp PDF, Word (.docx), "
            "Excel (.xlsx) không đặt mật khẩu. Anh/chị chụp ảnh hoặc xuất ra PDF rồi gửi lại.",
            "Việc III.16 vẫn được ghi nhận. Gửi lại tệp với lời: /xong III.16 quý II/2023",
        ],
        [
            "⚠️ Chưa lưu được tệp minh chứng “b.docx”. Tệp có chứa macro (chương trình). "
            "Anh/chị lưu lại dạng .docx, .xlsx hoặc xuất ra PDF rồi gửi lại.",
            "Việc III.16 vẫn được ghi nhận. Gửi lại tệp với lời: /xong III.16 quý II/2023",
        ],
    ]
    assert not desk.folder.exists()
    again = await town.says("cchc", "/xong III.16 quý II/2023", attachments=[file("pdf")])
    assert RECEIVED.format(1) in again.text
    await desk.look()
    assert [state for _, state, _ in rows(town)] == ["refused", "refused", "kept"]


async def test_file_that_is_too_large_is_not_even_fetched(town: Town, desk: EvidenceDesk) -> None:
    await town.says("cchc", "/xong III.16 Q2", attachments=[file("gone", size=20 * 1024 * 1024 + 1)])
    (refused,) = await looked(town, desk)
    assert "Tệp lớn hơn 20 MB." in refused.text


async def test_file_that_cannot_be_fetched_is_tried_again_for_an_hour(town: Town, desk: EvidenceDesk) -> None:
    await town.says("cchc", "/xong III.16 Q2", attachments=[file("later")])
    assert (await looked(town, desk), rows(town)[0][1]) == ([], "waiting")
    FILES["later"] = PNG
    try:
        town.clock.step(timedelta(seconds=30))
        assert await desk.look() == 0
        town.clock.step(timedelta(minutes=1))
        assert await desk.look() == 1
    finally:
        del FILES["later"]
    assert rows(town)[0][1] == "kept"
    await town.says("cchc", "/xong III.16 Q2", attachments=[file("never", "mat.pdf")])
    await desk.look()
    town.clock.step(timedelta(minutes=61))
    (refused,) = await looked(town, desk)
    assert refused.text.splitlines()[0] == (
        "⚠️ Chưa lưu được tệp minh chứng “mat.pdf”. Bot chưa tải được tệp từ kênh chat. Anh/chị gửi lại giúp."
    )


async def test_folder_that_cannot_be_written_to_loses_nothing(town: Town, desk: EvidenceDesk) -> None:
    await town.says("cchc", "/xong III.16 Q2", attachments=[file("pdf")])
    desk.folder.write_text("in the way")
    assert (await looked(town, desk), rows(town)[0][1]) == ([], "waiting")
    desk.folder.unlink()
    town.clock.step(timedelta(minutes=1))
    assert await desk.look() == 1
    assert rows(town)[0][1] == "kept"


async def test_dossier_tells_where_a_file_is_and_how_to_check_it(town: Town, desk: EvidenceDesk) -> None:
    await town.says("cchc", "/xong III.16 Q2", attachments=[file("pdf"), file("exe", "x.pdf")])
    await looked(town, desk)
    (stored,) = desk.folder.iterdir()
    answer = await town.says("cchc", "/hosonhiemvu III.16")
    table = Document(answer.reply.attachments[0]["path"]).tables[2]
    (line,) = [row.cells[2].text for row in table.rows if "minh chứng" in row.cells[2].text]
    digest = sha256(PDF).hexdigest()[:16]
    assert line.endswith(
        f"minh chứng: bao-cao.pdf (lưu tại {stored.name}, 1 KB, SHA-256 {digest}…), x.pdf (không lưu được)"
    )


async def test_file_that_is_missing_or_was_changed_is_found(town: Town, desk: EvidenceDesk) -> None:
    await town.says("cchc", "/xong III.16 Q2", attachments=[file("pdf"), file("png", "a.png")])
    await desk.look()
    assert damaged(town.engine, desk.folder) == (2, [])
    pdf, png = sorted(desk.folder.iterdir(), key=lambda each: each.suffix)
    pdf.write_bytes(b"%PDF-1.7 another")
    png.unlink()
    assert damaged(town.engine, desk.folder) == (2, [pdf.name, png.name])


async def test_command_without_a_file_tells_how(town: Town) -> None:
    answer = await town.says("cchc", "/minhchung")
    assert answer.text == (
        "Để kèm minh chứng cho một việc: gửi ảnh hoặc tệp với lời /xong III.16; "
        "hoặc gửi ảnh, tệp trước rồi nhắn /xong III.16 trong 30 phút."
    )


async def test_file_in_a_group_without_a_word_is_not_for_the_bot(town: Town) -> None:
    assert await town.hears("cchc", "", in_group=True, attachments=[file("png")]) == []
    assert rows(town) == []


async def test_stranger_leaves_no_file(town: Town) -> None:
    await town.says("người lạ", "", attachments=[file("png")])
    assert rows(town) == []
