"""/undo: by the person within a day, by the clerk always; the trail keeps both."""

from datetime import timedelta

import pytest

from tests.ledger import Record, commands, deeds, number_of, records, rows
from tests.town import GROUP, Town


async def test_undo_opens_the_work_again_and_the_trail_keeps_both(town: Town) -> None:
    await town.at("15/06/2023 09:00").says("cchc", "/xong III.16 Q2 số 12/BC-UBND")
    answer = await town.at("15/06/2023 09:05").says("cchc", "/hoantac")
    assert answer.text.splitlines() == [
        "↩️ Đã hoàn tác: III.16 Báo cáo kiểm soát TTHC quý II/2023",
        "Lần ghi nhận của Công chức CCHC lúc 09:00 hôm nay không còn hiệu lực; lịch sử vẫn lưu cả hai.",
        "Việc này mở lại: chậm nhất thứ Bảy 17/6 (ngày nghỉ, nên xong trong thứ Sáu 16/6) · còn 1 ngày làm việc.",
    ]
    assert records(town) == [Record("III.16", "2023-Q2", "", "cchc", "số 12/BC-UBND", "12/BC-UBND", undone=True)]
    assert [(action, by) for action, by, _ in deeds(town)] == [("done", "cchc"), ("undo", "cchc")]
    assert rows(town, "SELECT done_on FROM deadline WHERE task = 'III.16' AND period = '2023-Q2'") == [(None,)]


async def test_button_under_the_answer_undoes_and_the_next_one_records_again(town: Town) -> None:
    done = await town.at("15/06/2023 09:00").says("cchc", "/xong III.16 Q2")
    undone = await town.says("cchc", commands(done)[0])
    again = await town.says("cchc", commands(undone)[0])
    assert again.text.startswith("✅ Đã ghi nhận hoàn thành: III.16")
    assert [each.undone for each in records(town)] == [True, False]


async def test_undo_of_a_task_takes_back_its_last_record(town: Town) -> None:
    town.at("15/06/2023 09:00")
    for line in ("/xong III.8 tuần 22", "/xong III.8 tuần 23", "/xong I.3"):
        await town.says("cchc", line)
    await town.says("cchc", "/hoantac III.8")
    await town.says("cchc", "/hoantac III.8 tuần 22")
    assert [(each.period, each.undone) for each in records(town)] == [
        ("2023-W22", True),
        ("2023-W23", True),
        ("2023-H1", False),
    ]


async def test_undo_of_a_duty_of_everybody_takes_back_the_own_share(town: Town) -> None:
    town.at("15/06/2023 09:00")
    await town.says("tu-phap", "/xong B.2")
    await town.says("van-hoa", "/xong B.2")
    answer = await town.says("tu-phap", "/hoantac B.2")
    assert answer.text.splitlines()[0] == (
        "↩️ Đã hoàn tác: B.2 Báo cáo kết quả nhiệm vụ tháng 6/2023 (phần của Công chức Tư pháp)"
    )
    assert [(each.share_of, each.undone) for each in records(town)] == [("tu-phap", True), ("van-hoa", False)]


async def test_clerk_undoes_the_share_of_a_named_person(town: Town) -> None:
    town.at("15/06/2023 09:00")
    await town.says("tu-phap", "/xong B.2")
    await town.says("cchc", "/xong B.2")
    await town.says("cchc", "/hoantac B.2 Công chức Tư pháp")
    assert [(each.share_of, each.undone) for each in records(town)] == [("tu-phap", True), ("cchc", False)]


async def test_record_of_somebody_else_is_undone_only_by_the_clerk(town: Town) -> None:
    done = await town.at("15/06/2023 09:00").says("tu-phap", "/xong II.1")
    refused = [await town.says(role, commands(done)[0]) for role in ("tai-chinh", "lanh-dao", "chu-tich")]
    assert {answer.text for answer in refused} == {
        "Ghi nhận này do Công chức Tư pháp thực hiện. "
        "Anh/chị nhờ Công chức Tư pháp hoặc công chức CCHC hoàn tác giúp."
    }
    assert records(town)[0].undone is False
    await town.says("cchc", commands(done)[0])
    assert records(town)[0].undone is True
    assert [(action, by) for action, by, _ in deeds(town)] == [("done", "tu-phap"), ("undo", "cchc")]


@pytest.mark.parametrize(
    ("hours", "first_words"),
    [(24, "↩️ Đã hoàn tác"), (24.1, "Đã quá 24 giờ kể từ lúc ghi nhận. Anh/chị nhờ công chức CCHC hoàn tác giúp.")],
)
async def test_person_has_a_day_to_undo(town: Town, hours: float, first_words: str) -> None:
    await town.at("13/06/2023 09:00").says("tu-phap", "/xong II.1")
    town.clock.step(timedelta(hours=hours))
    answer = await town.says("tu-phap", "/hoantac II.1")
    assert answer.text.startswith(first_words)
    assert records(town)[0].undone is (hours == 24)


async def test_clerk_may_undo_weeks_later(town: Town) -> None:
    await town.at("13/06/2023 09:00").says("tu-phap", "/xong II.1")
    answer = await town.at("13/07/2023 09:00").says("cchc", "/hoantac II.1")
    assert answer.text.splitlines()[1] == (
        "Lần ghi nhận của Công chức Tư pháp lúc 09:00 thứ Ba 13/6 không còn hiệu lực; lịch sử vẫn lưu cả hai."
    )


async def test_nothing_to_undo_says_what_to_do(town: Town) -> None:
    town.at("15/06/2023 09:00")
    await town.says("cchc", "/xong III.16 Q2")
    await town.says("cchc", "/hoantac #1")
    said = [
        (await town.says("cchc", line)).text
        for line in (
            "/hoantac",
            "/hoantac #1",
            "/hoantac #99",
            "/hoantac III.16",
            "/hoantac nhầm rồi",
            "/hoantac X.1",
        )
    ]
    assert said == [
        "Anh/chị chưa có ghi nhận nào để hoàn tác. Để hoàn tác một việc cụ thể, gõ kèm mã, ví dụ: /hoantac III.16",
        "Ghi nhận này đã được hoàn tác trước đó, anh/chị không cần làm gì thêm.",
        "Không tìm thấy mục #99; có thể kế hoạch đã thay đổi. Anh/chị gửi /viec để xem danh sách mới.",
        "Nhiệm vụ III.16 chưa có ghi nhận nào để hoàn tác. Anh/chị gửi /tinhhinh III.16 để xem.",
        "Anh/chị cho biết mã nhiệm vụ cần hoàn tác. Ví dụ: /hoantac III.16",
        "Không có nhiệm vụ mã X.1. Mã đúng có dạng III.16; anh/chị gửi /viec để xem các việc của mình.",
    ]


async def test_last_share_taken_back_opens_the_whole_again(town: Town) -> None:
    town.at("15/06/2023 09:00")
    owing = ("cchc", "van-phong", "tu-phap", "tai-chinh", "van-hoa", "mot-cua", "khong-chuyen-trach")
    for role in owing:
        await town.says(role, "/xong B.2")
    await town.says("mot-cua", "/hoantac")
    listed = await town.says("mot-cua", "/viec")
    assert f"/xong #{number_of(town, 'B.2', '2023-06')}" in commands(listed)
    board = await town.says("lanh-dao", "/tinhhinh")
    assert board.text.splitlines()[-1] == "📨 Báo cáo kết quả nhiệm vụ tháng 6/2023: 6/7 người đã gửi."


async def test_record_of_a_day_of_a_continuous_task_can_be_taken_back(town: Town) -> None:
    await town.at("15/06/2023 09:00").says("van-phong", "/xong VII.1 đã rà soát")
    await town.says("van-phong", "/hoantac")
    await town.says("van-phong", "/xong VII.1 đã rà soát lại")
    assert [(each.note, each.undone) for each in records(town)] == [
        ("đã rà soát", True),
        ("đã rà soát lại", False),
    ]


async def test_undo_unticks_the_digest_in_the_group(town: Town) -> None:
    await town.at("13/06/2023 07:30").tick()
    await town.says("cchc", "/xong I.3")
    await town.says("cchc", "/hoantac")
    await town.courier.deliver()
    edits = [sent.text for sent in town.channel.edits if sent.chat == GROUP]
    assert ["✅ I.3 " in edits[0], "• I.3 " in edits[-1]] == [True, True]
