"""/dossier: a task from the clause of the plan to its last completion, as a document."""

from pathlib import Path

import pytest
from docx import Document

from tests.town import Sent, Town


def document(sent: Sent) -> tuple[list[str], list[list[str]], list[list[str]]]:
    """The paragraphs, the periods and what happened."""
    (file,) = sent.reply.attachments
    found = Document(file["path"])
    paragraphs = [paragraph.text for paragraph in found.paragraphs if paragraph.text]
    terms, happened = ([[cell.text for cell in row.cells] for row in table.rows[1:]] for table in found.tables[1:3])
    return paragraphs, terms, happened


async def lived(town: Town) -> Town:
    """A report that was reminded of, done, taken back, moved and done again with a file."""
    town.at("13/06/2023 07:00")
    await town.run_until("13/06/2023 09:00")
    await town.says("cchc", "/xong III.16 Q2 số 11/BC-UBND")
    await town.says("cchc", "/hoantac")
    await town.at("13/06/2023 10:00").says("lanh-dao", "/giahan III.16 Q2 20/6/2023 số 15/UBND-VP")
    file = {"kind": "document", "id": "f1", "name": "bao-cao.pdf", "channel": "console"}
    await town.at("20/06/2023 15:00").says("cchc", "/xong III.16 Q2 số 12/BC-UBND", attachments=[file])
    return town


async def test_dossier_begins_with_the_clause_and_what_the_plan_asks(town: Town) -> None:
    answer = await (await lived(town)).says("cchc", "/hosonhiemvu III.16")
    assert [file["name"] for file in answer.reply.attachments] == ["ho-so-iii-16-2023-06-20.docx"]
    paragraphs, _, _ = document(answer)
    assert "- Căn cứ: Phụ lục, mục III, số 16, Kế hoạch số 567/KH-UBND ngày 25/4/2023" in paragraphs
    assert "- Phụ trách: Văn phòng - Thống kê (CCHC): Công chức CCHC" in paragraphs
    assert "Trích từ bot Nhắc Việc lúc 15:00 ngày 20/6/2023." in paragraphs


async def test_dossier_has_every_period_that_has_begun_and_how_it_ended(town: Town) -> None:
    _, terms, _ = document(await (await lived(town)).says("cchc", "/hosonhiemvu III.16"))
    assert terms == [
        [
            "Báo cáo kiểm soát TTHC quý II/2023",
            "chậm nhất thứ Ba 20/6, dời từ 17/6 theo văn bản 15/UBND-VP",
            "Xong đúng hạn, ngày 20/6/2023",
        ]
    ]


async def test_dossier_tells_of_a_nudge(town: Town) -> None:
    town.at("13/06/2023 08:00")
    await town.says("lanh-dao", "/dondoc III.16")
    _, _, happened = document(await town.says("cchc", "/hosonhiemvu III.16"))
    assert [what for _, _, what, _ in happened] == ["Bot nhắc: đôn đốc"]


async def test_dossier_tells_everything_that_happened_in_order(town: Town) -> None:
    _, _, happened = document(await (await lived(town)).says("cchc", "/hosonhiemvu III.16"))
    recorded = [(what, who) for _, _, what, who in happened if not what.startswith("Bot nhắc")]
    assert {who for _, who in recorded} == {"Công chức CCHC", "Lãnh đạo phường"}
    assert [what for what, _ in recorded] == [
        "Ghi nhận hoàn thành ngày 13/6/2023; trước hạn 7 ngày; văn bản số 11/BC-UBND; nội dung: số 11/BC-UBND",
        "Hoàn tác ghi nhận hoàn thành",
        "Đặt hạn mới ngày 20/6/2023, trước là ngày 17/6/2023; văn bản số 15/UBND-VP",
        "Ghi nhận hoàn thành ngày 20/6/2023; đúng hạn; văn bản số 12/BC-UBND; nội dung: số 12/BC-UBND; "
        "minh chứng: bao-cao.pdf (đang lưu)",
    ]
    reminded = [(when, what, who) for when, _, what, who in happened if what.startswith("Bot nhắc")]
    assert ("07:30 13/06/2023", "Bot nhắc: nhắc trước 3 ngày làm việc", "Công chức CCHC") in reminded
    assert ("07:30 13/06/2023", "Bot nhắc: nhắc trước 3 ngày làm việc", "Nhóm cơ quan") in reminded


async def test_dossier_needs_a_task_that_there_is(town: Town) -> None:
    bare, unknown = await town.says("cchc", "/hosonhiemvu"), await town.says("cchc", "/hosonhiemvu III.99")
    assert bare.text == "Anh/chị muốn hồ sơ của nhiệm vụ nào? Ví dụ: /hosonhiemvu III.16"
    assert unknown.reply.attachments == ()


@pytest.mark.parametrize("code", ["B.2", "III.4", "IV.1", "VIII.1"])
async def test_every_kind_of_task_has_a_dossier(town: Town, code: str) -> None:
    answer = await town.at("15/06/2023 09:00").says("lanh-dao", f"/hosonhiemvu {code}")
    assert Path(answer.reply.attachments[0]["path"]).suffix == ".docx"
