"""/event: something happened that starts a deadline."""

import pytest
from sqlalchemy import Engine

from plan_data.office import Office
from tests.ledger import deeds, rows
from tests.town import Town

ANSWERED = "ban hành văn bản trả lời PAKN ngày 3/11, số 12/UBND"


async def started(town: Town, code: str) -> list[tuple[str, str, str]]:
    """Period, last day and description of the deadlines that events have started."""
    found = rows(
        town,
        "SELECT period, last_day, about FROM deadline WHERE task = :task AND event_id IS NOT NULL ORDER BY id",
        task=code,
    )
    return [(period, str(last_day), about) for period, last_day, about in found]


@pytest.mark.parametrize(
    "line",
    [
        f"/sukien III.15 {ANSWERED}",
        f"/event iii.15 “{ANSWERED}”",
        f"/sukien {ANSWERED}",
        f'/sukien "{ANSWERED}"',
        f"sự kiện III 15: {ANSWERED}",
    ],
)
async def test_event_starts_its_deadline(engine: Engine, office: Office, line: str) -> None:
    town = Town(engine, office, "01/11/2023 07:00").at("06/11/2023 09:00")
    answer = await town.says("cchc", line)
    assert answer.text.splitlines() == [
        f"📌 Đã ghi nhận sự kiện: III.15 Công khai kết quả trả lời PAKN: {ANSWERED}",
        "Ngày xảy ra: thứ Sáu 3/11.",
        "Cần xong: chậm nhất thứ Ba 7/11 · còn 1 ngày làm việc.",
    ]
    assert await started(town, "III.15") == [("event-1", "2023-11-07", ANSWERED)]
    assert [(by, detail["words"]) for _, by, detail in deeds(town, "event")] == [("cchc", ANSWERED)]


async def test_hours_count_from_the_hour_that_is_named(town: Town) -> None:
    town.at("15/06/2023 16:30")
    said = [
        (await town.says("mot-cua", line)).text.splitlines()[1:]
        for line in (
            "/sukien III.6 hồ sơ H01 gửi lúc 14h30",
            "/sukien III.6 hồ sơ H02 gửi 2h chiều nay",
            "/sukien III.6 hồ sơ H03 vừa gửi",
        )
    ]
    assert said == [
        ["Xảy ra: 14:30 thứ Năm 15/6.", "Cần xong: chậm nhất 14:30 thứ Sáu 16/6 · còn 1 ngày làm việc."],
        ["Xảy ra: 14:00 thứ Năm 15/6.", "Cần xong: chậm nhất 14:00 thứ Sáu 16/6 · còn 1 ngày làm việc."],
        ["Xảy ra: 16:30 thứ Năm 15/6.", "Cần xong: chậm nhất 16:30 thứ Sáu 16/6 · còn 1 ngày làm việc."],
    ]


async def test_expiry_counts_back_from_the_day_that_is_named(town: Town) -> None:
    answer = await town.at("08/06/2023 09:00").says("cchc", "/sukien III.14 PAKN phức tạp, hết hạn ngày 20/6")
    assert answer.text.splitlines()[1:] == [
        "Hết hạn: thứ Ba 20/6.",
        "Cần xong: chậm nhất Chủ nhật 18/6 (ngày nghỉ, nên xong trong thứ Sáu 16/6) · còn 6 ngày làm việc.",
    ]


async def test_document_number_is_not_taken_for_a_day(town: Town) -> None:
    await town.at("15/06/2023 09:00").says("cchc", "/sukien III.15 văn bản trả lời số 3/5 ngày 14/6")
    await town.says("cchc", "/sukien III.15 văn bản trả lời số 12/6/UBND")
    assert [last_day for _, last_day, _ in await started(town, "III.15")] == ["2023-06-16", "2023-06-19"]


async def test_bare_event_lists_what_the_person_may_record(town: Town) -> None:
    clerk, one_stop = await town.says("cchc", "/sukien"), await town.says("mot-cua", "/sukien")
    assert [line.split(" ")[1] for line in clerk.text.splitlines() if line.startswith("•")] == [
        "III.2",
        "III.6",
        "III.8",
        "III.14",
        "III.15",
        "IV.3",
    ]
    assert [line.split(" ")[1] for line in one_stop.text.splitlines() if line.startswith("•")] == [
        "III.2",
        "III.6",
        "III.8",
        "III.14",
    ]


async def test_unclear_words_are_asked_about_and_nothing_is_recorded(town: Town) -> None:
    town.at("15/06/2023 09:00")
    several, none = await town.says("cchc", "/sukien văn bản ban hành"), await town.says("cchc", "/sukien liên hoan")
    assert several.text.splitlines()[0] == "Bot chưa rõ sự kiện “văn bản ban hành”"
    assert none.text.splitlines()[-1] == "Anh/chị gửi lại kèm mã, ví dụ: /sukien III.2 liên hoan"
    assert rows(town, "SELECT count(*) FROM event") == [(0,)]


async def test_same_event_is_recorded_once(town: Town) -> None:
    town.at("15/06/2023 09:00")
    await town.says("cchc", "/sukien III.15 văn bản trả lời PAKN số 12/UBND ngày 14/6")
    again = await town.says("cchc", "/sukien III.15 Văn bản trả lời PAKN số 12/UBND ngày 14/6")
    assert again.text.splitlines()[0] == (
        "☑️ Sự kiện này đã được ghi nhận trước đó: III.15 Công khai kết quả trả lời PAKN: "
        "văn bản trả lời PAKN số 12/UBND ngày 14/6"
    )
    await town.says("cchc", "/sukien III.15 văn bản trả lời PAKN số 13/UBND ngày 14/6")
    assert len(await started(town, "III.15")) == 2


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "/sukien III.15 văn bản trả lời ngày 20/6",
            "Thời điểm 11:30 ngày 20/6/2023 chưa tới. Anh/chị ghi nhận khi sự kiện đã xảy ra.",
        ),
        (
            "/sukien III.15",
            "Anh/chị cho biết việc gì đã xảy ra, ngày nào. Ví dụ: /sukien III.15 Văn bản trả lời PAKN được ban hành "
            "ngày 3/11, số 12/UBND",
        ),
        (
            "/sukien III.14 PAKN phức tạp",
            "Anh/chị cho biết ngày hết hạn. Ví dụ: /sukien III.14 PAKN phức tạp, cần thêm thời gian xử lý "
            "hết hạn 20/11",
        ),
        (
            "/sukien III.14 PAKN phức tạp hết hạn 1/6/2023",
            "Ngày hết hạn 1/6/2023 đã qua. Anh/chị kiểm tra lại ngày rồi gửi lại.",
        ),
        (
            "/sukien III.15 văn bản trả lời ngày 3/1/2023",
            "Hạn tính từ ngày 3/1/2023 nằm ngoài thời gian bot đang theo dõi nên chưa ghi nhận được. "
            "Anh/chị kiểm tra lại ngày rồi gửi lại.",
        ),
        (
            "/sukien III.15 văn bản trả lời ngày 3/1/2019",
            "Hạn tính từ ngày 3/1/2019 nằm ngoài thời gian bot đang theo dõi nên chưa ghi nhận được. "
            "Anh/chị kiểm tra lại ngày rồi gửi lại.",
        ),
        (
            "/sukien III.14 PAKN phức tạp hết hạn 1/1/2040",
            "Hạn tính từ ngày 1/1/2040 nằm ngoài thời gian bot đang theo dõi nên chưa ghi nhận được. "
            "Anh/chị kiểm tra lại ngày rồi gửi lại.",
        ),
        (
            "/sukien III.16 đã gửi",
            "Nhiệm vụ III.16 không có hạn tính từ sự kiện. Anh/chị gửi /sukien để xem các sự kiện ghi nhận được.",
        ),
    ],
)
async def test_event_that_cannot_be_is_refused_and_leaves_nothing(town: Town, line: str, sentence: str) -> None:
    answer = await town.at("15/06/2023 09:00").says("cchc", line)
    assert answer.text == sentence
    assert rows(town, "SELECT count(*) FROM event") == [(0,)]
    assert deeds(town) == []


async def test_event_of_others_is_refused(town: Town) -> None:
    answer = await town.at("15/06/2023 09:00").says("tu-phap", "/sukien III.15 văn bản trả lời")
    assert answer.text == (
        "Sự kiện của nhiệm vụ III.15 do Văn phòng - Thống kê (CCHC): Công chức CCHC hoặc công chức CCHC ghi nhận. "
        "Anh/chị báo giúp người phụ trách, hoặc gửi /sukien để xem các sự kiện anh/chị ghi nhận được."
    )


async def test_who_answers_for_no_event_is_not_offered_the_command(town: Town) -> None:
    refused = [await town.says(role, "/sukien") for role in ("khong-chuyen-trach", "lanh-dao")]
    assert {answer.text for answer in refused} == {
        "Lệnh này chỉ dành cho công chức CCHC và người phụ trách việc có hạn tính từ sự kiện. "
        "Anh/chị gửi /huongdan để xem các lệnh của mình."
    }
    assert "/sukien" not in (await town.says("lanh-dao", "/huongdan")).text


async def test_those_responsible_hear_of_a_new_event_at_once(town: Town) -> None:
    await town.at("15/06/2023 09:00").says("cchc", "/sukien III.6 hồ sơ H01 gửi lúc 8h")
    said = await town.tick()
    assert [sent.chat for sent in said if "📌 VIỆC MỚI PHÁT SINH" in sent.text] == ["nhóm", "mot-cua"]


async def test_long_description_is_kept_in_part(town: Town) -> None:
    answer = await town.at("15/06/2023 09:00").says("cchc", "/sukien III.15 " + "văn bản trả lời PAKN " * 500)
    assert len(answer.text) < 400
    assert [len(about) for _, _, about in await started(town, "III.15")] == [200]
