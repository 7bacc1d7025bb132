"""/report: the monthly report, drafted, sent, late, and who has sent it."""

from itertools import chain

import pytest
from sqlalchemy import Engine, text

from plan_data.office import Office
from tests.ledger import commands
from tests.town import Town

JUNE_OPENS, LAST_DAY, CLOSED = "14/06/2023 09:00", "21/06/2023 16:00", "23/06/2023 09:00"


def results(said: str) -> list[str]:
    """What stands under "Kết quả"."""
    lines = said.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("1. Kết quả"))
    return list(chain(lines[start + 1 : lines.index("2. Khó khăn, vướng mắc") - 1]))


async def sent(town: Town) -> list[str]:
    """Who has sent, as the clerk sees it."""
    lines = (await town.says("cchc", "/baocao tháng 6 xem")).text.splitlines()
    return [line for line in lines if line.startswith("• ")]


async def test_draft_has_what_the_person_has_done_and_what_is_overdue(town: Town) -> None:
    await town.at("05/06/2023 09:00").says("tu-phap", "/xong II.1 số 7/BC-TP")
    await town.at("06/06/2023 09:00").says("cchc", "/xong I.3 H1")
    draft = await town.at("20/06/2023 09:00").says("tu-phap", "/baocao")
    assert draft.text.splitlines()[:2] == [
        "📨 Báo cáo tháng 6/2023 của anh/chị (chưa gửi)",
        "Hạn: trước ngày 22/6, chậm nhất thứ Tư 21/6.",
    ]
    assert results(draft.text) == [
        "• II.1 Báo cáo kiểm tra, rà soát VBQPPL: xong 5/6/2023, trước hạn 187 ngày, văn bản 7/BC-TP",
        "• III.1 Báo cáo kết quả rà soát TTHC quý II/2023: chưa xong, quá hạn từ thứ Bảy 17/6",
        "• III.3 Báo cáo TTHC chưa được công bố quý II/2023: chưa xong, quá hạn từ thứ Bảy 17/6",
    ]


async def test_draft_is_sent_with_one_press_and_the_share_is_done(town: Town) -> None:
    draft = await town.at(LAST_DAY).says("tu-phap", "/baocao")
    answer = await town.says("tu-phap", commands(draft)[0])
    assert answer.text.splitlines() == [
        "✅ Đã nhận báo cáo tháng 6/2023 của anh/chị lúc 16:00 hôm nay.",
        "Còn 6 người chưa gửi.",
    ]
    assert "☑️ Đã xong từ trước" in (await town.says("tu-phap", "/xong B.2 tháng 6")).text
    assert await sent(town) == ["• Công chức Tư pháp: 16:00 hôm nay"]


async def test_difficulties_and_proposals_are_added_before_and_after_sending(town: Town) -> None:
    town.at(LAST_DAY)
    first = await town.says("tu-phap", "/baocao khó khăn: thiếu máy in")
    assert "thiếu máy in" in first.text
    assert await sent(town) == []
    await town.says("tu-phap", "/baocao gửi")
    again = await town.says("tu-phap", "/baocao kiến nghị: mua một máy in")
    assert again.text.startswith("✅ Đã cập nhật báo cáo tháng 6/2023")
    whole = (await town.says("tu-phap", "/baocao")).text.splitlines()
    assert whole[whole.index("2. Khó khăn, vướng mắc") + 1] == "thiếu máy in"
    assert whole[whole.index("3. Đề xuất, kiến nghị") + 1] == "mua một máy in"


@pytest.mark.parametrize(
    "typed",
    [
        "Kết quả: đã rà soát xong. Khó khăn: mạng chậm. Đề xuất: nâng cấp mạng",
        "1. Kết quả: đã rà soát xong\n2. Khó khăn, vướng mắc: mạng chậm\n3. Đề xuất, kiến nghị: nâng cấp mạng",
        "ket qua: đã rà soát xong\nKHO KHAN : mạng chậm\nde xuat: nâng cấp mạng",
    ],
)
async def test_whole_form_in_one_message(town: Town, typed: str) -> None:
    draft = (await town.at(LAST_DAY).says("tu-phap", f"/baocao {typed}")).text
    lines = draft.splitlines()
    assert results(draft) == ["đã rà soát xong"]
    assert lines[lines.index("2. Khó khăn, vướng mắc") + 1] == "mạng chậm"
    assert lines[lines.index("3. Đề xuất, kiến nghị") + 1] == "nâng cấp mạng"


async def test_own_words_are_taken_as_they_are_and_sent(town: Town) -> None:
    typed = "Tháng này đã kiểm tra 12 văn bản;\nkhông có văn bản trái luật."
    answer = await town.at(LAST_DAY).says("tu-phap", f"/baocao {typed}")
    assert answer.text.startswith("✅ Đã nhận báo cáo tháng 6/2023")
    assert results((await town.says("tu-phap", "/baocao")).text) == typed.splitlines()


async def test_file_is_a_report_too_and_is_kept(town: Town) -> None:
    file = {"kind": "document", "id": "f1", "name": "bao-cao.docx", "channel": "console"}
    answer = await town.at(LAST_DAY).says("tu-phap", "/baocao", attachments=[file])
    assert answer.text.splitlines()[1] == "Đã lưu 1 tệp kèm theo."
    with town.engine.connect() as connection:
        (kept,) = connection.execute(text("SELECT reference FROM evidence WHERE state = 'waiting'")).scalars()
    assert "f1" in str(kept)


async def test_late_report_is_accepted_and_marked(town: Town) -> None:
    answer = await town.at(CLOSED).says("tu-phap", "/baocao gui")
    assert answer.text.splitlines()[0] == (
        "✅ Đã nhận báo cáo tháng 6/2023 của anh/chị lúc 09:00 hôm nay. Gửi muộn 2 ngày so với hạn 21/6."
    )
    assert await sent(town) == ["• Công chức Tư pháp: 09:00 hôm nay (muộn)"]


async def test_reminders_know_who_has_sent(town: Town) -> None:
    town.at("20/06/2023 09:00")
    await town.says("tu-phap", "/baocao gui")
    told = await town.run_until("22/06/2023 08:00")
    about = [each for each in told if "B.2" in each.text and each.kind == "push"]
    assert "tu-phap" not in {each.chat for each in about}
    assert "van-hoa" in {each.chat for each in about}
    (closing,) = [each for each in about if each.chat == "nhóm" and "1/7" in each.text and each.at.day == 22]
    assert "Công chức Tư pháp" in closing.text


@pytest.mark.parametrize(
    ("when", "words", "month"),
    [
        ("14/06/2023 08:00", "", "6/2023"),
        ("21/06/2023 08:00", "tháng 6", "6/2023"),
        ("03/07/2023 08:00", "", "6/2023"),
        ("17/07/2023 08:00", "", "7/2023"),
        ("17/07/2023 08:00", "T6", "6/2023"),
        ("03/07/2023 08:00", "tháng 7", "7/2023"),
    ],
)
async def test_period_is_the_one_that_is_being_taken_or_named(town: Town, when: str, words: str, month: str) -> None:
    await town.at("01/07/2023 08:00").tick()
    answer = await town.at(when).says("tu-phap", f"/baocao {words}")
    assert answer.text.startswith(f"📨 Báo cáo tháng {month} của anh/chị")


async def test_before_the_first_month_opens_the_day_is_told(town: Town) -> None:
    answer = await town.at("02/06/2023 08:00").says("tu-phap", "/baocao")
    assert answer.text == (
        "Báo cáo tháng 6/2023 nhận từ ngày 14/6/2023. Muốn gửi sớm, anh/chị gõ kèm tháng: /baocao tháng 6/2023"
    )


async def test_leaders_see_who_has_sent_and_the_difficulties_and_owe_none(town: Town) -> None:
    await town.at(LAST_DAY).says("tu-phap", "/baocao khó khăn: thiếu máy in")
    await town.says("tu-phap", "/baocao gui")
    shown = (await town.says("lanh-dao", "/baocao")).text.splitlines()
    assert shown[0] == "📨 Báo cáo tháng 6/2023: 1/7 người đã gửi"
    assert shown[-2:] == ["Khó khăn, vướng mắc", "• Công chức Tư pháp: thiếu máy in"]
    refused = await town.says("lanh-dao", "/baocao gui")
    assert refused.text == "Anh/chị không thuộc diện gửi báo cáo tháng 6/2023. Xem ai đã gửi: /baocao xem"


async def test_staff_do_not_see_who_has_sent(town: Town) -> None:
    answer = await town.at(LAST_DAY).says("tu-phap", "/baocao xem")
    assert answer.text.startswith("Danh sách ai đã gửi dành cho lãnh đạo và công chức CCHC.")


async def test_report_that_is_sent_twice_is_one_share_and_the_newer_words(town: Town) -> None:
    town.at(LAST_DAY)
    await town.says("tu-phap", "/baocao bản một")
    await town.says("tu-phap", "/baocao bản hai")
    with town.engine.connect() as connection:
        rows = connection.execute(text("SELECT results FROM work_report WHERE sent_at IS NOT NULL")).scalars().all()
        shares = connection.execute(text("SELECT count(*) FROM completion")).scalar()
    assert (rows, shares) == (["bản hai"], 1)


async def test_office_that_begins_after_the_last_day_can_still_hand_in_the_report_of_the_month(
    engine: Engine, office: Office
) -> None:
    town = Town(engine, office, "23/06/2023 09:00")
    await town.says("tu-phap", "/baocao gửi")
    assert await sent(town) == ["• Công chức Tư pháp: 09:00 hôm nay (muộn)"]
