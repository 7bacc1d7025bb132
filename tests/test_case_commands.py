"""/cases and /case: lists with filters, one case's life, what is recorded by hand, and the letter of apology."""

from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document

from plan_data.cases import Standing
from records.cases import Case, case_of_code
from records.database import transaction
from tests.builders import moment
from tests.exports import Row
from tests.phone import labels
from tests.test_case_imports import Desk
from tests.town import Sent, Town

LATE = Row("H32.19-230601-0001", due=moment("02/06/2023 17:00"))
TODAY = Row("H32.19-230601-0002", due=moment("05/06/2023 16:00"))
SECRET = Row("H32.19-230601-0003", "Đăng ký khai sinh", "Hộ tịch", due=moment("06/06/2023 17:00"))
OTHER = Row("H32.19-230601-0004", "Cấp phép xây dựng nhà ở", "Xây dựng", officer="Cán bộ Một cửa")
READY = Row("H32.19-230601-0005", status="Đã xử lý xong", finished=moment("02/06/2023 10:00"))
PAUSED = Row("H32.19-230601-0006", status="Yêu cầu bổ sung")
H32_7 = Row("H32-7", "Cấp bản sao trích lục", officer="")
ROWS = (LATE, TODAY, SECRET, OTHER, READY, PAUSED)


async def office_with_cases(town: Town, *rows: Row) -> Desk:
    """The clerk has imported the cases on Monday at 08:00."""
    desk = Desk.of(town)
    await desk.take(*(rows or ROWS))
    return desk


def case(town: Town, row: Row) -> Case:
    with transaction(town.engine) as session:
        found = case_of_code(session, row.code)
    assert found is not None
    return found


async def test_officer_sees_the_own_cases_late_ones_first(town: Town) -> None:
    await office_with_cases(town)
    shown = await town.says("tu-phap", "/hoso")
    assert shown.text.splitlines() == [
        "🗂 Hồ sơ của anh/chị: 3 đang giải quyết, 1 trễ hạn, 1 dừng tính giờ, 1 chờ trả kết quả",
        "🔴 H32.19-230601-0001 · Chứng thực bản sao từ bản chính",
        "  trễ 1 giờ làm việc",
        "🟠 H32.19-230601-0002 · Chứng thực bản sao từ bản chính",
        "  còn 6 giờ làm việc",
        "• H32.19-230601-0003 · Đăng ký khai sinh",
        "  còn 15 giờ làm việc",
        "📦 H32.19-230601-0005 · Chứng thực bản sao từ bản chính",
        "  đã xong, chờ trả kết quả",
        "⏸ H32.19-230601-0006 · Chứng thực bản sao từ bản chính",
        "  đang dừng tính giờ",
    ]
    assert (await town.says("tai-chinh", "/hoso")).text.splitlines() == [
        "Hồ sơ của anh/chị: không có hồ sơ nào. 👍",
        "(Theo tệp hồ sơ nhập lúc 08:00 hôm nay.)",
    ]


@pytest.mark.parametrize("words", ["8h", "@nhacviec_bot", "Nguyễn Văn Không Có"])
async def test_words_that_no_case_is_about_are_no_good_news(town: Town, words: str) -> None:
    await office_with_cases(town)
    assert (await town.says("lanh-dao", f"/hoso {words}")).text == (
        f"Không có hồ sơ nào của cán bộ, thủ tục hoặc lĩnh vực “{words}”. Anh/chị gõ, ví dụ: "
        "/hoso trễ · /hoso hôm nay · /hoso tuần · /hoso khai sinh"
    )


@pytest.mark.parametrize(
    ("words", "heading", "codes"),
    [
        ("", "🗂 Hồ sơ của cơ quan: 4 đang giải quyết, 1 trễ hạn, 1 dừng tính giờ, 1 chờ trả kết quả", "123456"),
        ("tất cả", "🗂 Hồ sơ của cơ quan: 4 đang giải quyết, 1 trễ hạn, 1 dừng tính giờ, 1 chờ trả kết quả", "123456"),
        ("trễ", "🗂 Hồ sơ của cơ quan đã trễ hạn: 1 đang giải quyết, 1 trễ hạn", "1"),
        ("hôm nay", "🗂 Hồ sơ của cơ quan hẹn trả hôm nay: 1 đang giải quyết", "2"),
        ("tuần này", "🗂 Hồ sơ của cơ quan hẹn trả từ nay đến hết tuần: 3 đang giải quyết", "234"),
        ("mot cua", "🗂 Hồ sơ của cơ quan (mot cua): 1 đang giải quyết", "4"),
        ("khai sinh", "🗂 Hồ sơ của cơ quan (khai sinh): 1 đang giải quyết", "3"),
    ],
)
async def test_leader_filters_the_cases_of_the_office(town: Town, words: str, heading: str, codes: str) -> None:
    await office_with_cases(town)
    shown = await town.says("lanh-dao", f"/hoso {words}")
    lines = shown.text.splitlines()
    assert lines[0] == heading
    assert sorted(line.split(" · ")[0][-1] for line in lines if "H32" in line) == list(codes)


async def test_long_list_comes_in_pages(town: Town) -> None:
    await office_with_cases(town, *(replace(TODAY, code=f"H32-{number:04}") for number in range(45)))
    first = await town.says("lanh-dao", "/hoso tatca")
    assert first.text.splitlines()[0] == "🗂 Hồ sơ của cơ quan: 45 đang giải quyết, trang 1/3"
    assert labels(first) == [["Trang sau ▶️"]]
    last = await town.says("lanh-dao", "/hoso trang 3 tatca")
    assert len([line for line in last.text.splitlines() if "H32-" in line]) == 5


async def test_group_hears_codes_and_of_sensitive_cases_only_their_number(town: Town) -> None:
    await office_with_cases(town)
    shown = await town.says("tu-phap", "/hoso", in_group=True)
    assert shown.text.splitlines() == [
        "🗂 Hồ sơ của anh/chị: 5 hồ sơ",
        "👤 Công chức Tư pháp",
        "🔴 H32.19-230601-0001 · Chứng thực bản sao từ bản chính · trễ 1 giờ làm việc",
        "🟠 H32.19-230601-0002 · Chứng thực bản sao từ bản chính · còn 6 giờ làm việc",
        "⏸ H32.19-230601-0006 · Chứng thực bản sao từ bản chính · đang dừng tính giờ",
        "📦 H32.19-230601-0005 · Chứng thực bản sao từ bản chính · đã xong, chờ trả kết quả",
        "• 1 hồ sơ thuộc lĩnh vực cần giữ kín (không nêu mã), gấp nhất còn 15 giờ làm việc",
    ]
    for words in (f"/hoso {LATE.code}", f"/ghihoso xong {LATE.code}"):
        assert "trong tin nhắn riêng với bot" in (await town.says("tu-phap", words, in_group=True)).text
    assert case(town, LATE).standing is Standing.OPEN


async def test_case_tells_its_life_to_those_who_may_see_it(town: Town) -> None:
    desk = await office_with_cases(town)
    town.at("06/06/2023 09:00")
    await desk.take(*(replace(row, due=moment("09/06/2023 17:00")) if row is LATE else row for row in ROWS))
    shown = await town.says("tu-phap", "/hoso 0001")
    assert shown.text.splitlines() == [
        "🗂 Hồ sơ H32.19-230601-0001: còn 3 ngày làm việc",
        "Loại: Thủ tục hành chính · Chứng thực",
        "Thủ tục: Chứng thực bản sao từ bản chính",
        "Trạng thái: Đang xử lý",
        "Người xử lý: Công chức Tư pháp",
        "Tiếp nhận: 08:00 thứ Năm 1/6",
        "Hẹn trả: 17:00 thứ Sáu 9/6",
        "Diễn biến:",
        "• 05/06/2023 08:00 bot bắt đầu theo dõi (Công chức CCHC)",
        "• 06/06/2023 09:00 đổi ngày hẹn trả (hẹn trả 17:00 thứ Sáu 9/6) (Công chức CCHC)",
    ]
    assert (await town.says("tai-chinh", f"/hoso {LATE.code}")).text.startswith("Hồ sơ này do người khác xử lý.")
    several = await town.says("lanh-dao", "/hoso 1-0001")
    assert several.text.startswith("🗂 Hồ sơ H32.19-230601-0001")
    assert (await town.says("lanh-dao", "/hoso ABC-999")).text.startswith("Không có hồ sơ mã “ABC-999”.")


async def test_done_pause_resume_and_supplement_are_recorded_with_the_reason(town: Town) -> None:
    await office_with_cases(town)
    code = LATE.code
    assert (await town.says("tu-phap", f"/ghihoso dung {code} chờ xác minh")).text.startswith("Bot chưa đủ thông tin")
    paused = await town.says("tu-phap", f"/ghihoso dung {code} chờ xác minh, văn bản số 12/UBND")
    assert paused.text == f"✅ Hồ sơ {code}: đã dừng tính giờ. Xem: /hoso {code}"
    assert case(town, LATE).standing is Standing.PAUSED
    assert (await town.says("tu-phap", f"/ghihoso dung {code} số 13")).text.startswith(f"Hồ sơ {code} đang dừng")
    assert (await town.says("tu-phap", f"/ghihoso tiep {code}")).text.startswith(f"✅ Hồ sơ {code}: tính giờ trở lại")
    assert case(town, LATE).standing is Standing.OPEN
    assert (await town.says("tu-phap", f"/ghihoso tiep {code}")).text.endswith("nên không cần tính tiếp.")
    assert (await town.says("tu-phap", f"/ghihoso bosung {code} thiếu bản chính")).text.startswith("✅")
    await town.says("tu-phap", f"/ghihoso tiep {code}")
    second = await town.says("tu-phap", f"/ghihoso bosung {code} thiếu bản chính")
    assert second.text.startswith(f"Hồ sơ {code} đã được yêu cầu bổ sung một lần")
    assert (await town.says("tu-phap", f"/ghihoso bosung {PAUSED.code} thiếu")).text.startswith(
        f"Hồ sơ {PAUSED.code} đã được yêu cầu bổ sung một lần"
    )
    assert (await town.says("tu-phap", f"/ghihoso xong {code}")).text.startswith(f"✅ Hồ sơ {code}: đã ghi nhận xong")
    assert case(town, LATE).standing is Standing.FINISHED
    assert (await town.says("tu-phap", f"/ghihoso xong {code}")).text.startswith(f"Hồ sơ {code} đã kết thúc")
    life = (await town.says("tu-phap", f"/hoso {code}")).text
    assert "dừng tính giờ: chờ xác minh, văn bản số 12/UBND (Công chức Tư pháp)" in life


async def test_case_is_added_by_hand_and_the_export_takes_it_over(town: Town) -> None:
    desk = await office_with_cases(town, LATE)
    added = await town.says("mot-cua", "/ghihoso them H32-7 12/6 16h30 Cấp bản sao trích lục")
    assert added.text == ("✅ Đã thêm hồ sơ H32-7, hẹn trả 16:30 thứ Hai 12/6. Khi tệp xuất có mã này, bot theo tệp.")
    known = await town.says("mot-cua", "/ghihoso them H32-7 12/6 Cấp bản sao")
    assert known.text == "Hồ sơ H32-7 đã có. Xem: /hoso H32-7"
    for words in ("them", "them Cấp 12/6", "them H32-8 Cấp bản sao", "them H32-8 12/6", "them H32-8 1/6/2023 Cấp"):
        assert not (await town.says("mot-cua", f"/ghihoso {words}")).text.startswith("✅")
    assert (case(town, H32_7).by_hand, case(town, H32_7).person) == (True, town.people["mot-cua"])
    await desk.take(LATE, H32_7)
    assert (case(town, H32_7).by_hand, case(town, H32_7).due) == (False, H32_7.due)


async def test_others_cases_are_recorded_only_by_those_who_run_the_office(town: Town) -> None:
    await office_with_cases(town)
    assert (await town.says("tai-chinh", f"/ghihoso xong {LATE.code}")).text.startswith("Hồ sơ này do người khác")
    refused = await town.says("tu-phap", f"/ghihoso giao {LATE.code} Cán bộ Một cửa")
    assert refused.text.startswith("Lệnh này chỉ dành cho lãnh đạo và công chức CCHC.")
    given = await town.says("lanh-dao", f"/ghihoso giao {LATE.code} can bo mot cua")
    assert given.text == f"✅ Hồ sơ {LATE.code}: đã giao Cán bộ Một cửa. Xem: /hoso {LATE.code}"
    assert case(town, LATE).person == town.people["mot-cua"]
    assert (await town.says("lanh-dao", f"/ghihoso mien {LATE.code} lỗi")).text.startswith("Lệnh này chỉ dành cho")
    assert (await town.says("cchc", f"/ghihoso mien {LATE.code} phần mềm lỗi")).text.startswith("✅")
    assert case(town, LATE).exempt_why == "phần mềm lỗi"


def letters(town: Town) -> list[Sent]:
    return [sent for sent in town.channel.sent if any("phieu" in file["name"] for file in sent.reply.attachments)]


def words_of(sent: Sent) -> list[str]:
    """Every line of the paper that the message carries."""
    paper = Document(str(Path(sent.reply.attachments[0]["path"])))
    cells = [
        line.text for table in paper.tables for row in table.rows for cell in row.cells for line in cell.paragraphs
    ]
    return [*cells, *(line.text for line in paper.paragraphs)]


async def test_case_that_will_be_late_gets_a_letter_for_the_officer_and_the_clerk_alone(town: Town) -> None:
    await office_with_cases(town)
    code = TODAY.code
    told = await town.says("tu-phap", f"/ghihoso tre {code} 12/6 chờ kết quả xác minh")
    assert told.text == (
        f"✅ Hồ sơ {code}: đã hẹn lại 17:00 thứ Hai 12/6. "
        "Bot gửi riêng anh/chị và công chức CCHC dự thảo phiếu xin lỗi và hẹn lại ngày trả."
    )
    await town.courier.deliver()
    assert sorted(sent.chat for sent in letters(town)) == ["cchc", "tu-phap"]
    lines = words_of(letters(town)[0])
    assert lines[:9] == [
        "ỦY BAN NHÂN DÂN",
        "PHƯỜNG PHƯỚC HẢI",
        "______________",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "______________",
        "Số:        /PXL-UBND",
        "Phước Hải, ngày      tháng 6 năm 2023",
        "Nơi nhận:",
    ]
    assert lines[9:14] == [
        "- Như trên;",
        "- Bộ phận Một cửa;",
        "- Lưu: VT, hồ sơ TTHC.",
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
    ]
    assert "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ" in lines
    assert "Kính gửi: Ông/Bà/Tổ chức ……………………" in lines
    assert "Thời gian hẹn trả kết quả giải quyết hồ sơ: 16 giờ 00 phút, ngày 05/06/2023." in lines
    assert "Lý do: chờ kết quả xác minh." in lines
    again = await town.says("tu-phap", f"/ghihoso giahan {code} 14/6 lý do khác")
    assert again.text == f"Hồ sơ {code} đã hẹn lại một lần; chỉ được hẹn lại một lần."
    assert not any("xác minh" in sent.text for sent in town.channel.sent if sent.kind != "answer")


@pytest.mark.parametrize(
    ("words", "start"),
    [
        ("tre H32.19-230601-0002 chờ xác minh", "Bot chưa đủ thông tin"),
        ("tre H32.19-230601-0002 12/6", "Bot chưa đủ thông tin"),
        ("tre H32.19-230601-0002 4/6/2023 chờ", "Ngày 4/6/2023 đã qua."),
        ("tre H32.19-230601-0002 5/6/2023 8h chờ", "Ngày mới của hồ sơ"),
        ("tre", "Bot chưa đủ thông tin"),
        ("lạ", "Ghi nhận bằng tay về một hồ sơ"),
    ],
)
async def test_re_appointment_without_a_day_ahead_and_a_reason_is_refused(town: Town, words: str, start: str) -> None:
    await office_with_cases(town)
    assert (await town.says("tu-phap", f"/ghihoso {words}")).text.startswith(start)
    assert (case(town, TODAY).new_due, letters(town)) == (None, [])


async def test_feedback_is_extended_at_least_two_days_before_it_expires_and_published_after_the_answer(
    town: Town,
) -> None:
    await office_with_cases(town, LATE)
    await town.says("cchc", "/ghihoso them PAKN P-1 9/6 Phản ánh về rác thải")
    assert (await town.says("cchc", "/ghihoso congkhai P-1")).text.startswith("PAKN P-1 chưa ghi nhận đã trả lời.")
    town.at("08/06/2023 09:00")
    late = await town.says("cchc", "/ghihoso giahan P-1 16/6 cần thêm thời gian")
    assert late.text.endswith("trước khi hết hạn ít nhất 2 ngày, chậm nhất ngày 7/6/2023.")
    town.at("07/06/2023 09:00")
    extended = await town.says("cchc", "/ghihoso giahan P-1 16/6 cần thêm thời gian")
    assert extended.text == "✅ PAKN P-1: đã ghi nhận gia hạn đến 17:00 thứ Sáu 16/6."
    assert letters(town) == []
    await town.says("cchc", "/ghihoso xong P-1 số 12/UBND")
    assert (await town.says("cchc", "/ghihoso congkhai P-1")).text.startswith("✅ Hồ sơ P-1: đã ghi nhận công khai")
    assert (await town.says("cchc", f"/ghihoso congkhai {LATE.code}")).text.startswith(
        f"Hồ sơ {LATE.code} không phải"
    )
