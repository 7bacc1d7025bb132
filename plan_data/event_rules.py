"""The kinds of deadline rules that wait for something: an event, an expiry, a direction, a long silence."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from plan_data.deadlines import Bound, Occurrence, RecordedEvent, Window
from plan_data.rules import RuleFields, Text
from plan_data.workdays import ZONE, CalendarYearMissing, WorkCalendar

Count = Annotated[int, Field(ge=1, le=365)]


class AfterEvent(RuleFields):
    """N days, working days or working hours after a recorded event.

    The event's day is not counted. A period counted in days that ends on a day off ends on the next working
    day (Bộ luật Dân sự 2015, art. 148).
    """

    kind: Literal["after_event"]
    event: Text
    count: Count
    unit: Literal["days", "working_days", "working_hours"]
    standing: ClassVar[bool] = True

    def occurrences(
        self, year: int, window: Window, calendar: WorkCalendar, events: Iterable[RecordedEvent]
    ) -> Iterator[Occurrence]:
        """One deadline for each recorded event, unless it lies beyond the window."""
        for event in events:
            opens = event.happened.astimezone(ZONE).date()
            try:
                day, due_at = self._due(event, opens, calendar)
            except CalendarYearMissing as missing:
                if missing.year > window.last.year:
                    continue  # counted past the last day of the window, so the deadline does not lie in it
                raise
            yield Occurrence(f"event-{event.id}", opens, day, Bound.BY, due_at=due_at, event=event)

    def _due(self, event: RecordedEvent, opens: date, calendar: WorkCalendar) -> tuple[date, datetime | None]:
        if self.unit == "working_hours":
            due_at = calendar.plus_working_hours(event.happened, timedelta(hours=self.count))
            return due_at.date(), due_at
        if self.unit == "working_days":
            return calendar.plus_working_days(opens, self.count), None
        return calendar.working_day_on_or_after(opens + timedelta(days=self.count)), None


class BeforeExpiry(RuleFields):
    """At least N days or working days before something expires. Counted back, so a day off does not push it on."""

    kind: Literal["before_expiry"]
    event: Text
    count: Count
    unit: Literal["days", "working_days"]
    standing: ClassVar[bool] = True

    def occurrences(
        self, year: int, window: Window, calendar: WorkCalendar, events: Iterable[RecordedEvent]
    ) -> Iterator[Occurrence]:
        """One deadline for each recorded event that has an expiry day, unless it lies beyond the window."""
        for event in events:
            if event.expires is None or event.expires - timedelta(days=self.count) > window.last:
                continue  # without a deadline, or too far off for a calendar that may not know its year yet
            if self.unit == "working_days":
                day = calendar.plus_working_days(event.expires, -self.count)
            else:
                day = event.expires - timedelta(days=self.count)
            opens = event.happened.astimezone(ZONE).date()
            yield Occurrence(f"event-{event.id}", min(opens, day), day, Bound.BY, event=event)


class OnDirection(RuleFields):
    """Said as "theo chỉ đạo của cấp trên": no date until somebody sets one by a document (a `Move`)."""

    kind: Literal["on_direction"]
    standing: ClassVar[bool] = False

    def occurrences(
        self, year: int, window: Window, calendar: WorkCalendar, events: Iterable[RecordedEvent]
    ) -> Iterator[Occurrence]:
        """Nothing: `schedule` adds the date that was set."""
        return iter(())


class Continuous(RuleFields):
    """Said as "thường xuyên": no date. Silence for longer than `silence_days` calendar days is what gets noticed."""

    kind: Literal["continuous"]
    silence_days: Annotated[int, Field(ge=7, le=366)] = 92
    standing: ClassVar[bool] = True

    def occurrences(
        self, year: int, window: Window, calendar: WorkCalendar, events: Iterable[RecordedEvent]
    ) -> Iterator[Occurrence]:
        """Nothing: there is no date to be late for."""
        return iter(())
