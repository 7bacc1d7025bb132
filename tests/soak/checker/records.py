"""All that one run left behind, read once: the journal, the plan and policy files, and the tables by plain SQL."""

import sqlite3
import tomllib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import plan_data
from tests.soak.checker.days import HERE, in_office_hours, last_working_day_until
from tests.soak.checker.duties import Duty, Event, PlanOfYear
from tests.soak.checker.said import Message, messages
from tests.soak.checker.staff import Staff
from tests.soak.checker.steps import Policy
from tests.soak.checker.ways import END, Rest, Ways
from tests.soak.journal import GROUP, Entry, read_journal

POLICY_FILE = Path(plan_data.__file__).with_name("policy.toml")
WHOLE = ""


@dataclass(frozen=True)
class Completion:
    """Somebody's share, or the whole, was on record from one moment to another."""

    share_of: str
    recorded: datetime
    undone: datetime


@dataclass(frozen=True)
class Notice:
    """A notice to everybody, sent by somebody."""

    number: int
    author: str
    sent: datetime


class Run:
    """One run as it looks from outside."""

    def __init__(self, folder: Path, policy: Path = POLICY_FILE) -> None:
        self.journal: list[Entry] = read_journal(folder / "journal.jsonl")
        self.policy = Policy(tomllib.loads(policy.read_text(encoding="utf-8")))
        start = next(each for each in self.journal if each["what"] == "start")
        self.plans = _plans(folder, self.journal)
        self.messages: list[Message] = messages(self.journal)
        with sqlite3.connect(folder / "nhacviec.db") as database:
            self.staff = Staff(self.plans[0].raw, start, database)
            self.notices = [
                Notice(number, self.staff.names[author], _utc(sent))
                for number, author, sent in database.execute(
                    "SELECT id, created_by, sent_at FROM notice WHERE sent_at IS NOT NULL"
                )
            ]
            self.completions = self._completions(database)
            self.recorded_completions: int = database.execute("SELECT count(*) FROM completion").fetchone()[0]
            self.outbox: list[tuple[str, str]] = database.execute("SELECT key, state FROM outbox").fetchall()
            self.duties = self._duties(database)
            self.case_imports: list[tuple[str, datetime]] = [
                (digest, _utc(done))
                for digest, done in database.execute(
                    "SELECT digest, done_at FROM case_import WHERE state = 'done' ORDER BY done_at, id"
                )
            ]
            self.deadlines: dict[tuple[str, str, str, str], tuple[str, str, str]] = {
                row[:4]: row[4:]
                for row in database.execute(
                    "SELECT plan, task, rule, period, opens, last_day, last_working_day FROM deadline "
                    "WHERE NOT withdrawn AND kind <> 'continuous'"
                )
            }
        database.close()
        self.ways = Ways(self.journal, self.staff.ways_of)
        self._may_speak = [rest for rest in self.ways.rests if in_office_hours(rest.at)]

    def first_rest(self, who: str, since: datetime, about: str = "") -> Rest | None:
        """The first moment since then at which it must have been said to somebody, in office hours.

        Of what somebody has told the bot, not before they had typed it.
        """
        typed = (
            each["seq"]
            for each in self.journal
            if about and each["what"] == "did" and (about in each["line"] or about in each["means"])
        )
        after = next(typed, -1)
        place = bisect_left(self._may_speak, since, key=lambda rest: rest.at)
        later = (rest for rest in self._may_speak[place:] if rest.seq > after)
        return next((rest for rest in later if self.ways.lead_to(who, rest, since)), None)

    def is_foreseen(self, duty: Duty, now: datetime) -> bool:
        """Whether the bot looks that far ahead: to the end of the year, and 120 days at least."""
        today = now.astimezone(HERE).date()
        return duty.last_day < max(date(today.year + 1, 1, 1), today + timedelta(days=121))

    def is_done(self, duty: Duty, now: datetime, who: str = GROUP) -> bool:
        """Whether the work is done; of what everybody owes, the share of this person and of whom they stand in for.

        What everybody owes is done for all once nobody is missing, be it that who was has left.
        """
        holding = self.holding(duty, now)
        held = {each.share_of for each in holding}
        if not duty.rule.get("each") or WHOLE in held:
            return bool(held)
        own = self.staff.represented_by(who, now) & self.staff.owing(duty.leads, duty.last_day, now)
        return (bool(own) and own <= held) or self._nobody_was_missing(duty, now)

    def _nobody_was_missing(self, duty: Duty, now: datetime) -> bool:
        """At some moment since something was last taken back."""
        known = self.completions.get(duty.key, ())
        since = max((each.undone for each in known if each.undone <= now), default=None)
        moments = {now, *(each.recorded for each in known), *self.staff.states_since(duty.since)}
        for moment in (each for each in moments if each <= now and (since is None or since <= each)):
            owing = self.staff.owing(duty.leads, duty.last_day, moment)
            if owing and owing <= {each.share_of for each in self.holding(duty, moment)}:
                return True
        return False

    def holding(self, duty: Duty, now: datetime) -> list[Completion]:
        """The completions that hold then."""
        return [each for each in self.completions.get(duty.key, ()) if each.recorded <= now < each.undone]

    def was_done(self, duty: Duty, who: str, since: datetime, until: datetime) -> bool:
        """Whether it was done at any moment of that time."""
        changes = [each.recorded for each in self.completions.get(duty.key, ()) if since < each.recorded <= until]
        return any(self.is_done(duty, moment, who) for moment in (*self.staff.between(since, until), *changes))

    def _completions(self, database: sqlite3.Connection) -> dict[tuple[str, str, str, str], list[Completion]]:
        found = defaultdict(list)
        for plan, task, rule, period, share, recorded, undone in database.execute(
            "SELECT plan, task, rule, period, share_of, recorded_at, undone_at FROM completion "
            "JOIN deadline ON deadline.id = deadline_id"
        ):
            share_of = self.staff.names[share] if share else WHOLE
            found[plan, task, rule, period].append(
                Completion(share_of, _utc(recorded), _utc(undone) if undone else END)
            )
        return found

    def _duties(self, database: sqlite3.Connection) -> list[Duty]:
        events = [
            Event(
                number, task, rule, _utc(happened), _utc(recorded), date.fromisoformat(ends) if ends else None, about
            )
            for number, task, rule, happened, recorded, ends, about in database.execute(
                "SELECT id, task, rule, happened, recorded_at, expires, description FROM event"
            )
        ]
        moves = defaultdict(list)
        for key, day, recorded in database.execute(
            "SELECT deadline_key, new_day, recorded_at FROM extension ORDER BY id"
        ):
            moves[tuple(key.split("/"))].append((date.fromisoformat(day), _utc(recorded)))
        return [
            version
            for plan in self.plans
            for duty in [*plan.duties(events), *_by_direction(plan, moves)]
            for version in _versions(duty, moves.get(duty.key, []), plan)
        ]


def _by_direction(plan: PlanOfYear, moves: Iterable[Any]) -> list[Duty]:
    """Duties without a date of their own, for each period that a document has set a date for."""
    rules = {
        (task["code"], rule["id"]): (task, rule) for task, rule in plan.rules() if rule["kind"] == "on_direction"
    }
    return [
        replace(plan._duty(*rules[code, rule], period, plan.issued, date(1999, 1, 1), "", True), opens=plan.issued)
        for name, code, rule, period in moves
        if name == plan.id and (code, rule) in rules
    ]


def _versions(duty: Duty, moves: list[tuple[date, datetime]], plan: PlanOfYear) -> list[Duty]:
    """The duty as it stood until each document moved it, and after."""
    found = [duty]
    for day, recorded in moves:
        found[-1] = replace(found[-1], until=recorded)
        over = day < plan.since.astimezone(HERE).date()
        opens = min(found[-1].opens, last_working_day_until(day))
        moved = replace(duty, last_day=day, opens=opens, since=recorded, due_at=None, before_tracking=over)
        found.append(moved)
    return [each for each in found if each.last_day.year > 1999]


def _plans(folder: Path, journal: list[Entry]) -> list[PlanOfYear]:
    taken = [(_time(each["true"]), folder / each["file"]) for each in journal if each["what"] == "plan"]
    ends = [since for since, _ in taken[1:]] + [END]
    return [PlanOfYear(file, since, until) for (since, file), until in zip(taken, ends, strict=True)]


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
