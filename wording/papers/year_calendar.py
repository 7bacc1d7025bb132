"""Deadlines as an iCalendar file, for the calendar of a phone or of a computer.

The identity of an entry is the deadline's natural key and its sequence grows, so importing a newer file updates the
entries and moves those whose day was moved.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

from plan_data.workdays import ZONE
from wording.dates import limit, title
from wording.sheets import Dated


def draw(name: str, entries: Sequence[Dated], now: datetime) -> bytes:
    """The file. `name` is what the calendar is called."""
    file = Calendar()
    file.add("prodid", "-//Nhac Viec//vi")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", name)
    file.add("x-wr-timezone", str(ZONE))
    for entry in entries:
        file.add_component(_event(entry, now))
    content: bytes = file.to_ical()
    return content


def _event(entry: Dated, now: datetime) -> Event:
    """One day for a deadline; a moment for one that the law counts in hours. It stands on the last working day."""
    deadline = entry.deadline
    event = Event()
    event.add("uid", f"{deadline.key}@nhac-viec")
    event.add("dtstamp", now)
    event.add("sequence", int(now.timestamp()) // 60)
    event.add("summary", f"{'✅ ' if entry.is_done else ''}{deadline.task.code} {title(deadline)}")
    if deadline.due_at is None:
        event.add("dtstart", deadline.last_working_day)
        event.add("dtend", deadline.last_working_day + timedelta(days=1))
    else:
        event.add("dtstart", deadline.due_at.astimezone(ZoneInfo("UTC")))
    event.add("description", "\n".join(_description(entry)))
    event.add("categories", [f"Phần {deadline.task.section}"])
    event.add("transp", "TRANSPARENT")
    for at in () if entry.is_done else entry.rings:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", f"{deadline.task.code} {title(deadline)}")
        alarm.add("trigger", at.astimezone(ZoneInfo("UTC")))
        event.add_component(alarm)
    return event


def _description(entry: Dated) -> list[str]:
    deadline = entry.deadline
    lines = [
        f"Hạn: {limit(deadline, deadline.last_day)}.",
        f"Phụ trách: {entry.holders}.",
        f"Nhiệm vụ {deadline.task.code}: {deadline.task.short}.",
    ]
    return [*lines, f"Nơi nhận: {deadline.task.recipient}."] if deadline.task.recipient else lines
