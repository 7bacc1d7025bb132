"""/calendar file: deadlines for the calendar of a phone, and again after something has changed."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar, Component

from tests.town import Sent, Town


def entries(sent: Sent) -> dict[str, Component]:
    """What stands in the file of an answer, by identity; importing it twice must not double anything."""
    (file,) = sent.reply.attachments
    events = Calendar.from_ical(Path(file["path"]).read_bytes()).walk("VEVENT")
    found = {str(event["uid"]): event for event in events}
    assert len(found) == len(events)
    return found


def entry(sent: Sent, key: str) -> Component:
    """The entry of a deadline."""
    return entries(sent)[f"2023-phuoc-hai/{key}@nhac-viec"]


@pytest.mark.parametrize("words", ["file", "tệp", "tep", "ICS"])
async def test_file_has_ones_own_deadlines_of_the_year(town: Town, words: str) -> None:
    answer = await town.at("01/06/2023 09:00").says("tu-phap", f"/lich {words}")
    assert answer.text.splitlines()[0] == "📅 Lịch các hạn năm 2023 của anh/chị"
    assert [(file["kind"], file["name"]) for file in answer.reply.attachments] == [("document", "lich-2023.ics")]
    found = set(entries(answer))
    assert "2023-phuoc-hai/II.1/bao-cao/2023@nhac-viec" in found
    codes = ["B.2", "I.1", "I.4", "II.1", "II.2", "II.3", "II.4", "II.5", "III.1", "III.3", "VII.8", "VIII.1"]
    assert sorted({key.split("/")[1] for key in found}) == codes


async def test_entry_stands_on_the_last_working_day_and_says_the_documents_own(town: Town) -> None:
    answer = await town.at("01/06/2023 09:00").says("cchc", "/lich tep")
    event = entry(answer, "III.16/bao-cao/2023-Q2")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2023, 6, 16), date(2023, 6, 17))
    assert str(event["summary"]) == "III.16 Báo cáo kiểm soát TTHC quý II/2023"
    assert str(event["description"]).splitlines()[:2] == [
        "Hạn: chậm nhất thứ Bảy 17/6 (ngày nghỉ, nên xong trong thứ Sáu 16/6).",
        "Phụ trách: Văn phòng - Thống kê (CCHC): Công chức CCHC.",
    ]


async def test_entry_rings_on_the_mornings_of_the_working_day_before_and_of_the_day(town: Town) -> None:
    answer = await town.at("01/06/2023 09:00").says("cchc", "/lich tep")
    rings = [alarm.decoded("trigger") for alarm in entry(answer, "B.3/theo-doi/2023-06").walk("VALARM")]
    assert [ring.astimezone(town.clock().tzinfo).isoformat() for ring in rings] == [
        "2023-06-22T07:30:00+07:00",
        "2023-06-23T07:30:00+07:00",
    ]


async def test_span_of_hours_is_a_moment_that_rings_an_hour_before(town: Town) -> None:
    await town.at("13/06/2023 09:00").says("mot-cua", "/sukien III.6 hồ sơ trực tuyến số 1/HS ngày 13/6")
    answer = await town.says("mot-cua", "/lich tep")
    timed = [event for event in entries(answer).values() if isinstance(event.decoded("dtstart"), datetime)]
    assert [str(event["uid"]).split("/")[1] for event in timed] == ["III.6"]
    (ring,) = [alarm.decoded("trigger") for alarm in timed[0].walk("VALARM")]
    assert timed[0].decoded("dtstart") - ring == timedelta(hours=1)


async def test_later_file_moves_the_entry_whose_day_was_moved_and_ticks_what_is_done(town: Town) -> None:
    before = await town.at("01/06/2023 09:00").says("cchc", "/lich tep")
    await town.at("02/06/2023 09:00").says("cchc", "/giahan III.16 Q2 20/6/2023 số 15/UBND-VP")
    await town.says("cchc", "/xong I.3 H1")
    after = await town.says("cchc", "/lich tep")
    assert set(entries(after)) == set(entries(before))
    old, new = (entry(each, "III.16/bao-cao/2023-Q2") for each in (before, after))
    assert (old.decoded("dtstart"), new.decoded("dtstart")) == (date(2023, 6, 16), date(2023, 6, 20))
    assert new.decoded("sequence") > old.decoded("sequence")
    done = entry(after, "I.3/bao-cao/2023-H1")
    assert (str(done["summary"])[:1], len(done.walk("VALARM"))) == ("✅", 0)


async def test_own_share_that_is_done_is_ticked_in_the_own_file_only(town: Town) -> None:
    await town.at("12/06/2023 09:00").says("tu-phap", "/xong B.2 tháng 6")
    ticked = {
        role: str(entry(await town.says(role, "/lich tep"), "B.2/bao-cao/2023-06")["summary"])[:1]
        for role in ("tu-phap", "van-hoa")
    }
    assert ticked == {"tu-phap": "✅", "van-hoa": "B"}


async def test_clerk_gets_everybodys_and_staff_are_told_what_they_can_get(town: Town) -> None:
    town.at("01/06/2023 09:00")
    clerk, refused = await town.says("cchc", "/lich tệp chung"), await town.says("tu-phap", "/lich tệp chung")
    own = await town.says("cchc", "/lich tệp")
    assert set(entries(clerk)) > set(entries(own))
    assert clerk.reply.attachments[0]["name"] == "lich-chung-2023.ics"
    assert (refused.reply.attachments, refused.text.split(".")[0]) == (
        (),
        "Tệp lịch chung của cơ quan dành cho lãnh đạo và công chức CCHC",
    )
