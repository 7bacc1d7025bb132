"""What an export changes in the cases that are on record. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from plan_data.cases import DROPPED, RUNNING, SETTLED, Listed, Standing
from plan_data.workdays import ZONE


class What(StrEnum):
    """What happens to a case; of several things that happen at once, the one that matters most."""

    NEW = "new"
    BACK = "back"
    REOPENED = "reopened"
    FINISHED = "finished"
    DROPPED = "dropped"
    DUE = "due"
    OTHER = "other"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Known:
    """A case on record, as its last export listed it. `by_hand`: no export has; `gone_at`: the last one did not."""

    id: int
    listed: Listed
    gone_at: datetime | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A known case that is listed differently now."""

    before: Known
    after: Listed
    what: What


@dataclass(frozen=True, slots=True)
class Diff:
    """What an export would do. `same` cases stay as they are."""

    new: tuple[Listed, ...] = ()
    changed: tuple[Change, ...] = ()
    gone: tuple[Known, ...] = ()
    same: int = 0
    counts: Mapping[What, int] = field(default_factory=dict)

    @property
    def changes_anything(self) -> bool:
        """Whether there is anything to confirm."""
        return bool(self.new or self.changed or self.gone)

    def of(self, what: What) -> list[Change]:
        """The known cases to which this happens."""
        return [change for change in self.changed if change.what is what]


def compare(known: Mapping[str, Known], listed: Sequence[Listed]) -> Diff:
    """Compare an export with the cases on record, in one pass.

    An open case that is not listed has disappeared only if it was received within the days that the export covers:
    an export of one month says nothing about the month before.
    """
    new, changed, counts, same = list[Listed](), list[Change](), dict[What, int](), 0
    for case in listed:
        before = known.get(case.code)
        if before is None:
            new.append(case)
        elif before.listed == case and not before.gone_at and not before.by_hand:
            same += 1
        else:
            change = Change(before, case, _what(before, case))
            changed.append(change)
            counts[change.what] = counts.get(change.what, 0) + 1
    gone = _gone(known, listed)
    counts |= {What.NEW: len(new), What.GONE: len(gone)}
    return Diff(tuple(new), tuple(changed), tuple(gone), same, counts)


def _what(before: Known, after: Listed) -> What:
    was, now = before.listed.standing, after.standing
    alive = RUNNING | {Standing.PAUSED}
    if before.gone_at:
        return What.BACK
    if was not in alive and now in alive:
        return What.REOPENED
    if was not in SETTLED and now in SETTLED:
        return What.FINISHED
    if was not in DROPPED and now in DROPPED:
        return What.DROPPED
    return What.DUE if before.listed.due != after.due else What.OTHER


def _gone(known: Mapping[str, Known], listed: Sequence[Listed]) -> list[Known]:
    days = [case.received.astimezone(ZONE).date() for case in listed if case.received]
    if not days:
        return []
    codes = {case.code for case in listed}
    first, last = min(days), max(days)
    alive = RUNNING | {Standing.PAUSED}
    return [
        each
        for code, each in known.items()
        if code not in codes
        and not (each.gone_at or each.by_hand)
        and each.listed.standing in alive
        and (each.listed.received is None or first <= each.listed.received.astimezone(ZONE).date() <= last)
    ]
