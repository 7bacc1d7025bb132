"""How cases are read and reminded about: thresholds, the words of statuses, what is never named in a group."""

from datetime import date, datetime, time, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, field_validator

from plan_data.rules import Entry
from plan_data.workdays import ZONE


def _descending(hours: tuple[int, ...]) -> tuple[int, ...]:
    if list(hours) != sorted(set(hours), reverse=True):
        raise ValueError("các số giờ phải giảm dần, không trùng.")
    return hours


def _ascending(days: tuple[int, ...]) -> tuple[int, ...]:
    if list(days) != sorted(set(days)):
        raise ValueError("các số ngày phải tăng dần, không trùng.")
    return days


def _without_zone(moment: time) -> time:
    if moment.tzinfo is not None:  # a number is read as a time of UTC
        raise ValueError('phải là giờ dạng "07:30".')
    return moment


LocalTime = Annotated[time, AfterValidator(_without_zone)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z0-9 ,]+$", min_length=2)]
Hours = Annotated[tuple[Annotated[int, Field(ge=1, le=80)], ...], AfterValidator(_descending)]
Days = Annotated[tuple[Annotated[int, Field(ge=1, le=60)], ...], AfterValidator(_ascending)]
Percent = Annotated[float, Field(ge=0, le=100)]


class StatusWords(Entry):
    """Words of the status column, folded; the first field that has one of a status's words decides."""

    open_again: tuple[Word, ...]
    refused: tuple[Word, ...]
    withdrawn: tuple[Word, ...]
    paused: tuple[Word, ...]
    handed_over: tuple[Word, ...]
    finished: tuple[Word, ...]
    last_step: tuple[Word, ...]
    registered: tuple[Word, ...]
    open: tuple[Word, ...]


class Sensitive(Entry):
    """Words of one field of law, folded."""

    words: Annotated[tuple[Word, ...], Field(min_length=1)]


class CasePolicy(Entry):
    """The part of the reminder policy that is about cases; see the comments in `policy.toml`."""

    hours_left: Hours
    late_again: Days
    digests: Annotated[tuple[LocalTime, ...], Field(min_length=1)]
    weekly: LocalTime
    anchor: Annotated[date, Field(strict=True)]
    target_late_percent: Percent
    officer_late_percent: Percent
    statuses: StatusWords
    sensitive: tuple[Sensitive, ...]

    @field_validator("digests")
    @classmethod
    def _in_order(cls, digests: tuple[time, ...]) -> tuple[time, ...]:
        if list(digests) != sorted(set(digests)):
            raise ValueError("các giờ phải tăng dần, không trùng.")
        return digests

    def is_sensitive(self, *folded_texts: str) -> bool:
        """Whether one of the texts (lower case, no diacritics) names a field of law that no group may hear of."""
        return any(word in text for text in folded_texts for field in self.sensitive for word in field.words)

    def digests_of(self, day: date) -> list[datetime]:
        """The moments of `day` at which groups hear of cases."""
        return [datetime.combine(day, at, ZONE) for at in self.digests]

    def two_weeks_of(self, day: date) -> tuple[date, date]:
        """The span of two weeks that `day` lies in; each ends on the anchor or a multiple of 14 days from it."""
        last = day + timedelta(days=(self.anchor - day).days % 14)
        return last - timedelta(days=13), last
