"""When a case is spoken of: decided by the working hours that are left, told to the officer before the group."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import select

from jobs.case_alerts import CaseReason, due_steps, timeline
from jobs.channel import SendFailed
from jobs.elsewhere import put_to_work
from plan_data.cases import Kind, Listed, Standing
from plan_data.office import Office
from plan_data.plan import Plans
from records.cases import Case
from records.channels import AtWork
from records.database import reading, transaction
from records.mail_tables import OutboxRow
from records.outbox import states
from records.people import link_group
from tests.builders import CALENDAR, moment, plan, rule
from tests.exports import MARKERS, Row
from tests.phone import Phone
from tests.small_office import POLICY
from tests.test_case_commands import case, letters, office_with_cases, words_of
from tests.test_case_imports import Desk
from tests.town import CHANNEL, GROUP, Sent, Town

OFFICE = Office(Plans((plan(rule("continuous")),)), CALENDAR, POLICY)
LISTED = Listed("H32-1", Kind.TTHC, "Chứng thực bản sao", "Chứng thực", moment("01/06/2023 08:00"),
                moment("09/06/2023 17:00"), None, "Đang xử lý", Standing.OPEN, "Công chức Tư pháp")  # fmt: skip
OPEN = Case(1, LISTED, 2)


def told(found: Case) -> list[tuple[str, int, str, str]]:
    """Reason, number, when the officer hears it, when the group does."""
    return [
        (step.reason, step.number, f"{step.at:%d/%m %H:%M}", f"{step.group_at:%d/%m %H:%M}" if step.group_at else "")
        for step in timeline(found, OFFICE)
    ]


def test_case_that_is_due_at_the_end_of_a_day_is_spoken_of_by_the_hours_that_are_left() -> None:
    assert told(OPEN) == [
        ("case_left", 16, "08/06 07:00", "08/06 07:30"),
        ("case_left", 8, "09/06 07:00", "09/06 07:30"),
        ("case_left", 4, "09/06 11:00", "09/06 13:30"),
        ("case_late", 0, "12/06 07:00", "12/06 07:30"),
        ("case_late", 1, "12/06 07:00", "12/06 07:30"),
        ("case_late", 2, "13/06 07:00", "13/06 07:30"),
        ("case_late", 4, "15/06 07:00", "15/06 07:30"),
        ("case_late", 8, "21/06 07:00", "21/06 07:30"),
    ]


def test_case_that_is_due_within_a_day_is_spoken_of_at_its_own_moments() -> None:
    at_ten = replace(OPEN, listed=replace(LISTED, due=moment("09/06/2023 10:00")))
    assert told(at_ten)[:4] == [
        ("case_left", 16, "07/06 10:00", "07/06 13:30"),
        ("case_left", 8, "08/06 10:00", "08/06 13:30"),
        ("case_left", 4, "08/06 16:00", "09/06 07:30"),
        ("case_late", 0, "09/06 10:01", "09/06 13:30"),
    ]


@pytest.mark.parametrize(
    "silent",
    [
        replace(OPEN, listed=replace(LISTED, standing=Standing.PAUSED)),
        replace(OPEN, held_at=moment("02/06/2023 08:00")),
        replace(OPEN, listed=replace(LISTED, standing=Standing.FINISHED)),
        replace(OPEN, listed=replace(LISTED, standing=Standing.WITHDRAWN)),
        replace(OPEN, gone_at=moment("02/06/2023 08:00")),
        replace(OPEN, listed=replace(LISTED, due=None)),
    ],
)
def test_case_whose_clock_does_not_run_is_not_spoken_of(silent: Case) -> None:
    assert told(silent) == []


def test_re_appointed_case_is_spoken_of_by_its_new_day() -> None:
    assert told(replace(OPEN, new_due=moment("16/06/2023 17:00")))[0] == (
        "case_left",
        16,
        "15/06 07:00",
        "15/06 07:30",
    )


def test_what_was_sent_online_must_be_accepted_within_eight_working_hours() -> None:
    online = replace(OPEN, listed=replace(LISTED, standing=Standing.REGISTERED, due=None))
    assert told(online)[1:4] == [
        ("case_left", 8, "01/06 08:00", "01/06 13:30"),
        ("case_left", 4, "01/06 14:00", "02/06 07:30"),
        ("case_late", 0, "02/06 08:01", "02/06 13:30"),
    ]


def test_feedback_is_extended_in_time_and_its_answer_published() -> None:
    feedback = replace(OPEN, listed=replace(LISTED, kind=Kind.PAKN))
    asked = [each for each in told(feedback) if each[0] == "case_ask"]
    assert asked == [("case_ask", 1, "06/06 07:30", ""), ("case_ask", 0, "07/06 07:30", "")]
    answered = replace(LISTED, kind=Kind.PAKN, standing=Standing.HANDED_OVER, finished=moment("08/06/2023 10:00"))
    assert told(replace(OPEN, listed=answered)) == [
        ("case_publish", 1, "09/06 07:30", ""),
        ("case_publish", 0, "12/06 07:30", ""),
    ]
    assert told(replace(OPEN, listed=answered, published_at=moment("09/06/2023 08:00"))) == []


@given(st.datetimes(moment("05/01/2023 00:00").replace(tzinfo=None), moment("28/11/2026 00:00").replace(tzinfo=None)))
def test_officer_always_hears_before_the_group_and_both_in_office_hours(due: object) -> None:
    assert hasattr(due, "replace")
    some = replace(OPEN, listed=replace(LISTED, due=due.replace(tzinfo=moment("01/01/2023 00:00").tzinfo)))
    steps = timeline(some, OFFICE)
    assert len(steps) >= 4
    for step in steps:
        assert step.group_at is not None
        assert step.at < step.group_at
        assert POLICY.may_push(step.at, CALENDAR)
        assert POLICY.may_push(step.group_at, CALENDAR)


def test_only_the_latest_step_is_due_and_the_next_look_is_the_next_step() -> None:
    decision = due_steps([OPEN], OFFICE, moment("09/06/2023 12:00"))
    assert [(step.reason, step.number) for step in decision.officer] == [(CaseReason.LEFT, 4)]
    assert [(step.reason, step.number) for step in decision.group] == [(CaseReason.LEFT, 8)]
    assert decision.next_looks == {1: moment("09/06/2023 13:30")}
    over = due_steps([OPEN], OFFICE, moment("30/06/2023 12:00"))
    assert [(step.reason, step.number) for step in over.officer] == [(CaseReason.LATE, 8)]
    assert over.next_looks == {1: None}


NEAR = Row("H32-1", due=moment("07/06/2023 17:00"))
SENSITIVE = Row("H32-2", "Đăng ký khai sinh", "Hộ tịch", due=moment("06/06/2023 17:00"))
OTHER = Row("H32-3", "Cấp phép xây dựng nhà ở", "Xây dựng", due=moment("06/06/2023 10:00"), officer="Cán bộ Một cửa")
READY = Row("H32-4", status="Đã xử lý xong", finished=moment("02/06/2023 10:00"))
PAUSED = Row("H32-5", status="Tạm dừng", due=moment("02/06/2023 17:00"))
STRANGE = Row("H32-6", due=moment("06/06/2023 17:00"), officer="Trần Văn Lạ")


def about_cases(sent: list[Sent]) -> list[Sent]:
    return [each for each in sent if each.kind == "case" and "📊" not in each.text]


async def test_officers_hear_first_and_the_group_in_its_next_digest(town: Town) -> None:
    await office_with_cases(town, NEAR, SENSITIVE, OTHER, READY, PAUSED, STRANGE)
    first = about_cases(await town.tick())
    assert sorted((sent.chat, sent.text.splitlines()[0]) for sent in first) == [
        ("cchc", "⏰ Hồ sơ chưa rõ người xử lý, hoặc người xử lý chưa dùng bot: 1 hồ sơ"),
        ("mot-cua", "⏰ Hồ sơ của anh/chị cần xử lý: 1 hồ sơ"),
        ("tu-phap", "⏰ Hồ sơ của anh/chị cần xử lý: 1 hồ sơ"),
    ]
    later = about_cases(await town.run_until("05/06/2023 13:30", timedelta(minutes=10)))
    in_group = [sent for sent in later if sent.chat == GROUP]
    assert [f"{sent.at:%H:%M}" for sent in in_group] == ["13:30"]
    assert in_group[0].text.splitlines() == [
        "⏰ Hồ sơ cần chú ý: 3 sắp đến hạn",
        "👤 Cán bộ Một cửa",
        "• H32-3 · Cấp phép xây dựng nhà ở · còn 6 giờ 30 phút làm việc",
        "👤 Công chức Tư pháp",
        "• 1 hồ sơ thuộc lĩnh vực cần giữ kín (không nêu mã), gấp nhất còn 11 giờ 30 phút làm việc",
        "👤 Trần Văn Lạ",
        "• H32-6 · Chứng thực bản sao từ bản chính · còn 11 giờ 30 phút làm việc",
        "📦 1 hồ sơ đã xử lý xong, chờ trả kết quả.",
        "(Theo tệp hồ sơ nhập lúc 08:00 hôm nay.)",
    ]


async def test_each_step_is_said_once_until_the_case_is_late(town: Town) -> None:
    await office_with_cases(town, NEAR)
    said = about_cases(await town.run_until("13/06/2023 17:00"))
    assert [(f"{sent.at:%d/%m %H:%M}", sent.chat, sent.text.splitlines()[-2].strip()) for sent in said] == [
        ("06/06 07:00", "tu-phap", "còn 16 giờ làm việc"),
        ("06/06 07:30", GROUP, "• H32-1 · Chứng thực bản sao từ bản chính · còn 15 giờ 30 phút làm việc"),
        ("07/06 07:00", "tu-phap", "còn 8 giờ làm việc"),
        ("07/06 07:30", GROUP, "🟠 H32-1 · Chứng thực bản sao từ bản chính · còn 7 giờ 30 phút làm việc"),
        ("07/06 11:00", "tu-phap", "còn 4 giờ làm việc"),
        ("07/06 13:30", GROUP, "🟠 H32-1 · Chứng thực bản sao từ bản chính · còn 3 giờ 30 phút làm việc"),
        ("08/06 07:00", "tu-phap", "vừa quá hạn"),
        ("08/06 07:30", GROUP, "🔴 H32-1 · Chứng thực bản sao từ bản chính · trễ 30 phút làm việc"),
        ("09/06 07:00", "tu-phap", "trễ 2 ngày làm việc"),
        ("09/06 07:30", GROUP, "🔴 H32-1 · Chứng thực bản sao từ bản chính · trễ 2 ngày làm việc"),
        ("13/06 07:00", "tu-phap", "trễ 4 ngày làm việc"),
        ("13/06 07:30", GROUP, "🔴 H32-1 · Chứng thực bản sao từ bản chính · trễ 4 ngày làm việc"),
    ]
    assert [sent.chat for sent in letters(town)] == ["cchc", "tu-phap"]
    with transaction(town.engine) as session:
        assert states(session).keys() <= {"sent"}


async def test_letter_is_not_drafted_for_a_case_in_its_last_step(town: Town) -> None:
    await office_with_cases(town, replace(NEAR, status="Chờ ký duyệt"))
    await town.run_until("08/06/2023 09:00")
    assert letters(town) == []


async def test_letter_of_an_officer_who_has_left_goes_to_the_clerk_alone(town: Town) -> None:
    await office_with_cases(town, NEAR)
    await town.says("cchc", f"/canbo {town.people['tu-phap']} nghi")
    await town.run_until("08/06/2023 09:00")
    assert [sent.chat for sent in letters(town)] == ["cchc"]


async def test_after_an_outage_the_officer_still_hears_before_the_group(town: Town) -> None:
    await office_with_cases(town, NEAR)
    town.at("08/06/2023 09:00")
    assert [sent.chat for sent in about_cases(await town.tick())] == ["tu-phap"]
    later = about_cases(await town.run_until("08/06/2023 17:00"))
    assert [(f"{sent.at:%H:%M}", sent.chat) for sent in later] == [("13:30", GROUP)]


async def test_case_that_comes_in_during_the_hour_of_a_digest_waits_for_the_next_one(town: Town) -> None:
    await office_with_cases(town, replace(NEAR, due=moment("05/06/2023 07:55")))
    said = about_cases([*await town.tick(), *await town.run_until("05/06/2023 14:00")])
    assert [(f"{sent.at:%H:%M}", sent.chat) for sent in said] == [("08:00", "tu-phap"), ("13:30", GROUP)]


async def test_finished_case_is_not_spoken_of_any_more(town: Town) -> None:
    await office_with_cases(town, NEAR)
    await town.says("tu-phap", "/ghihoso xong H32-1")
    assert about_cases(await town.run_until("09/06/2023 09:00")) == []
    assert case(town, NEAR).standing is Standing.FINISHED


async def tick_without_a_network(town: Town) -> None:
    """What is due is written, and waits."""
    town.channel.failures = [SendFailed("mất mạng")] * 9
    assert await town.tick() == []
    town.channel.failures = []


async def test_what_happens_to_cases_is_taken_out_of_the_message_that_waits(town: Town) -> None:
    await office_with_cases(town, NEAR, replace(NEAR, code="H32-7"), replace(NEAR, code="H32-8"))
    await tick_without_a_network(town.at("06/06/2023 07:00"))
    await town.says("tu-phap", "/ghihoso xong H32-1")
    await town.says("tu-phap", "/ghihoso giahan H32-7 20/6 chờ xác minh")
    said = [sent for sent in about_cases(await town.run_until("06/06/2023 07:20")) if sent.chat == "tu-phap"]
    assert [sent.text.splitlines()[:2] for sent in said] == [
        ["⏰ Hồ sơ của anh/chị cần xử lý: 1 hồ sơ", "• H32-8 · Chứng thực bản sao từ bản chính"]
    ]


async def test_message_about_cases_that_are_all_finished_does_not_go_out(town: Town) -> None:
    await office_with_cases(town, NEAR)
    await tick_without_a_network(town.at("06/06/2023 07:00"))
    await town.says("tu-phap", "/ghihoso xong H32-1")
    assert about_cases(await town.run_until("06/06/2023 09:00")) == []


async def test_who_stands_in_hears_of_the_cases_of_who_is_away(town: Town) -> None:
    await office_with_cases(town, NEAR)
    await town.says("cchc", f"/vangmat {town.people['tu-phap']} 6/6 - 7/6 thay: {town.people['mot-cua']}")
    said = about_cases(await town.run_until("06/06/2023 09:00"))
    assert [sent.chat for sent in said] == ["mot-cua", GROUP]
    assert said[0].text.startswith("⏰ Hồ sơ của anh/chị cần xử lý: 1 hồ sơ")


async def test_long_list_is_capped_for_the_officer_and_for_the_group(town: Town) -> None:
    await office_with_cases(town, *(replace(NEAR, code=f"H32-{number:03}") for number in range(40)))
    said = about_cases(await town.run_until("06/06/2023 09:00"))
    assert [sent.chat for sent in said] == ["tu-phap", GROUP]
    assert said[0].text.splitlines()[-2:] == [
        "… và 25 hồ sơ nữa.",
        "Xem đủ: /hoso. Sẽ trễ: /ghihoso tre, kèm mã, ngày mới và lý do.",
    ]
    assert said[1].text.splitlines()[-2] == "… và 28 hồ sơ nữa."


async def test_group_of_one_role_hears_of_the_cases_of_that_role_alone(town: Town) -> None:
    phone = Phone(town).seat("cchc")
    await phone.says("cchc", "/ketnoi mot-cua", group="nhóm một cửa", title="Một cửa")
    await office_with_cases(town, NEAR, replace(OTHER, due=NEAR.due))
    await town.run_until("06/06/2023 09:00")
    await phone.courier.deliver()
    said = [sent.text for sent in phone.got("nhóm một cửa") if sent.kind == "case" and "⏰" in sent.text]
    assert len(said) == 1
    assert ("H32-3" in said[0], "H32-1" in said[0]) == (True, False)


async def test_group_on_a_channel_that_is_not_at_work_is_not_written_to(town: Town) -> None:
    put_to_work(town.engine, [AtWork(CHANNEL)])
    with transaction(town.engine) as session:
        link_group(session, "zalo", "nhóm Zalo", "Nhóm cũ", town.clock())
    await office_with_cases(town, NEAR)
    await town.run_until("06/06/2023 09:00")
    with reading(town.engine) as session:
        rows = session.exec(select(OutboxRow.recipient, OutboxRow.channel).where(OutboxRow.kind == "case"))
        assert sorted(rows) == [("group:1", CHANNEL), (f"person:{town.people['tu-phap']}", CHANNEL)]


async def test_no_word_about_an_applicant_or_a_reason_reaches_a_group_a_message_or_a_log(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    desk = Desk.of(town)
    desk.desk.keep_applicant = True
    await desk.take(NEAR, SENSITIVE, OTHER, READY, PAUSED, STRANGE)
    await town.says("tu-phap", "/ghihoso bosung H32-1 LYDOBIMAT")
    await town.says("tu-phap", "/ghihoso tre H32-2 12/6 LYDOBIMAT")
    await town.run_until("09/06/2023 09:00", timedelta(hours=1))
    await town.says("tu-phap", "/hoso", in_group=True)
    await town.says("lanh-dao", "/hoso thongke năm")
    heard = [sent.text for sent in town.said_to(GROUP)]
    assert len(heard) > 3
    assert [text for text in heard if any(marker in text for marker in (*MARKERS, "LYDOBIMAT", "H32-2"))] == []
    with transaction(town.engine) as session:
        rows = [str(row) for row in session.connection().execute(text("SELECT body, error FROM outbox"))]
        rows += [str(row) for row in session.connection().execute(text("SELECT subject, detail FROM audit"))]
        kept = str(session.connection().execute(text("SELECT applicant, address FROM case_file")).all())
    assert [row for row in (*rows, *caplog.text.splitlines()) if any(marker in row for marker in MARKERS)] == []
    assert [marker in kept for marker in MARKERS] == [True, False, False, True]
    assert any("NGUOINOPBIMAT" in line for line in words_of(letters(town)[0]))
