"""The weekly review: one page and one picture, once a week, to leaders and the clerk."""

import asyncio
from datetime import date
from pathlib import Path

from jobs.press import make
from jobs.weekly import KIND, send_review
from plan_data.office import Office
from plan_data.workdays import WorkCalendar
from records.database import transaction
from tests.builders import moment
from tests.one_month import lived
from tests.test_case_commands import office_with_cases
from tests.test_case_figures import DONE_LATE, FINE, LATE, OPEN
from tests.town import Sent, Town

HEARERS = ["cchc", "chu-tich", "lanh-dao"]
HEAD = "📋 Rà soát tuần 24/2023, đến ngày 12/6/2023"


def reviews(sent: list[Sent]) -> list[Sent]:
    return [each for each in sent if each.kind == KIND]


async def looked_at(town: Town, *moments: str) -> list[Sent]:
    """What a look at each of these moments brings."""
    found = []
    for when in moments:
        found += reviews(await town.at(when).tick())
    return found


async def test_leaders_and_the_clerk_get_it_once_on_monday_morning(town: Town) -> None:
    await looked_at(town, "08/06/2023 09:00")
    assert await looked_at(town, "12/06/2023 07:44") == []
    sent = await looked_at(town, "12/06/2023 07:45")
    assert sorted(each.chat for each in sent) == HEARERS
    assert {each.text.splitlines()[0] for each in sent} == {HEAD}
    assert await looked_at(town, "12/06/2023 07:46", "13/06/2023 07:45", "16/06/2023 16:00") == []
    assert len(await looked_at(town, "19/06/2023 07:45")) == len(HEARERS)


async def test_one_page_says_sections_overdue_with_roles_and_what_ends_within_seven_days(town: Town) -> None:
    await looked_at(town, "01/06/2023 09:00")
    await lived(town, "19/06/2023 07:45")
    page = reviews(await town.tick())[0]
    lines = page.text.splitlines()
    numbers = (await town.says("lanh-dao", "/tinhhinh")).text.splitlines()
    assert lines[1:3] == numbers[1:3]
    assert [line for line in lines if line.startswith("• Phần III:")] == ["• Phần III: ✅ 3 · ☑️ 1 · 🕒 4 · 🔴 6"]
    assert lines[lines.index("🔴 Quá hạn lâu nhất") :] == [
        *numbers[numbers.index("🔴 Quá hạn lâu nhất") :],
        "",
        "Xem đủ: /tinhhinh",
    ]
    assert len(lines) <= 32


async def test_the_picture_goes_with_it(town: Town) -> None:
    await looked_at(town, "01/06/2023 09:00")
    (picture,) = (await looked_at(town, "05/06/2023 07:45"))[0].reply.attachments
    assert (picture["kind"], picture["name"]) == ("photo", "tinh-hinh-2023-06-05.png")
    assert await asyncio.to_thread(Path(picture["path"]).read_bytes) == await asyncio.to_thread(
        make, town.engine, town.office, "picture", moment("05/06/2023 07:45"), picture["about"]
    )


async def test_cases_are_told_where_the_bot_follows_them(town: Town) -> None:
    await office_with_cases(town, LATE, DONE_LATE, FINE, OPEN)
    await looked_at(town, "08/06/2023 09:00")
    lines = (await looked_at(town, "12/06/2023 07:45"))[0].text.splitlines()
    assert lines[-4:] == [
        "📁 Hồ sơ đang giải quyết: 0 còn hạn, 2 trễ hạn; tỷ lệ trễ năm nay 75,00%, chỉ tiêu dưới 0,5%.",
        "(Theo tệp hồ sơ nhập lúc 08:00 thứ Hai 5/6.)",
        "",
        "Xem đủ: /tinhhinh",
    ]


async def test_day_off_moves_it_to_the_next_working_day_of_the_week(town: Town) -> None:
    await looked_at(town, "26/04/2023 09:00")
    assert await looked_at(town, "01/05/2023 07:45", "02/05/2023 09:00", "03/05/2023 07:44") == []
    assert len(await looked_at(town, "04/05/2023 07:45", "05/05/2023 09:00")) == len(HEARERS)


async def test_week_without_a_working_day_after_it_has_none(office: Office) -> None:
    free = frozenset(date(2023, 6, day) for day in range(12, 17))
    calendar = WorkCalendar(frozenset({2023}), days_off=free)
    assert [office.policy.review_of(date(2023, 6, day), calendar) for day in (11, 12, 18, 19)] == [
        moment("05/06/2023 07:45"),
        None,
        None,
        moment("19/06/2023 07:45"),
    ]


async def test_weekday_and_hour_are_the_policys(office: Office) -> None:
    friday = office.policy.model_copy(update={"review_day": 6})
    days = [friday.review_of(date(2023, 6, day), office.calendar) for day in (15, 16, 18)]
    assert days == [None, moment("16/06/2023 07:45"), moment("16/06/2023 07:45")]


async def test_after_an_outage_it_comes_late_in_office_hours_and_says_so(town: Town) -> None:
    await looked_at(town, "08/06/2023 09:00")
    assert await looked_at(town, "12/06/2023 12:00", "12/06/2023 18:00") == []
    sent = await looked_at(town, "13/06/2023 07:30")
    assert sorted(each.chat for each in sent) == HEARERS
    assert sent[0].text.splitlines()[0] == "(gửi muộn, lẽ ra lúc 07:45 thứ Hai 12/6)"


async def test_week_in_which_the_bot_begins_has_none(town: Town) -> None:
    assert await looked_at(town, "13/06/2023 09:00", "14/06/2023 09:00") == []
    assert len(await looked_at(town, "19/06/2023 07:45")) == len(HEARERS)


async def test_deciding_twice_queues_once(town: Town) -> None:
    await looked_at(town, "08/06/2023 09:00")
    at = moment("12/06/2023 07:45")
    send_review(town.engine, town.office, at)
    with transaction(town.engine) as session:
        session.connection().exec_driver_sql("UPDATE mark SET value = '' WHERE name = 'weekly_review'")
    send_review(town.engine, town.office, at)
    assert len(await looked_at(town, "12/06/2023 07:45")) == len(HEARERS)
