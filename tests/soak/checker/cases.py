"""What was said unasked about case files: to whom, when, and whether it should have been said or not."""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.soak.checker.around import AFTER_DONE, GIVEN_UP, NEVER, TWICE, WRONG_ONE
from tests.soak.checker.days import HERE, MORNING, at, opening_from, working_days_from, working_hours_before
from tests.soak.checker.records import Run
from tests.soak.checker.said import Message
from tests.soak.journal import GROUPS

_CODE = re.compile(r"H32\.19-\d{6}-\d{4}")
_SECOND = timedelta(seconds=1)
_NEVER = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """A case as the bot knew it: from the import that brought it running to the one that brought it finished."""

    code: str
    officer: str
    is_sensitive: bool
    due: datetime
    since: datetime
    until: datetime


@dataclass
class Cases:
    """Of one run. `add` puts something into a list."""

    run: Run
    add: Callable[[str, datetime, str], None]
    figures: Counter[str]

    def __post_init__(self) -> None:
        self._said: dict[str, list[Message]] = defaultdict(list)
        for message in self.run.messages:
            if message.kind == "case":
                for code in set(_CODE.findall(message.text)):
                    self._said[code].append(message)

    def check(self) -> None:
        """Fill the lists."""
        known = {case.code: case for case in self._known()}
        self.figures["cases that the bot knew before they were finished"] = len(known)
        for code, messages in self._said.items():
            if code not in known:
                self.add(AFTER_DONE, messages[0].true, f"{messages[0].who}: case {code} was never open")
        for case in known.values():
            steps = self._steps(case)
            self._never_said(case, steps)
            self._wrongly_said(case)
            self._too_often(case, [begin for begin, _ in steps])

    def _known(self) -> list[Case]:
        exports = {each["digest"]: each["cases"] for each in self.run.journal if each["what"] == "export"}
        found: dict[str, Case] = {}
        finished = set[str]()
        for digest, done_at in self.run.case_imports:
            for code, (officer, due, is_done, is_sensitive) in exports[digest].items():
                if is_done and code in found and code not in finished:
                    known = found[code]
                    found[code] = Case(code, officer, is_sensitive, known.due, known.since, done_at)
                elif not is_done and code not in found:
                    found[code] = Case(code, officer, is_sensitive, _time(due), done_at, _NEVER)
                if is_done:
                    finished.add(code)
        return list(found.values())

    def _steps(self, case: Case) -> list[tuple[datetime, datetime]]:
        """From when to when each step is the one to say, as long as the case is known and open."""
        policy = self.run.policy
        moments = [opening_from(working_hours_before(case.due, hours)) for hours in policy.case_hours_left]
        moments.append(opening_from(case.due + timedelta(minutes=1)))
        moments += [
            at(working_days_from(case.due.astimezone(HERE).date(), days), MORNING[0])
            for days in policy.case_late_again
        ]
        moments = [each for each in sorted(moments) if each < case.until]
        begins = moments[max(bisect_right(moments, case.since) - 1, 0) :]
        ends = [*begins[1:], case.until]
        return [(max(begin, case.since), end) for begin, end in zip(begins, ends, strict=True)]

    def _hearer(self, case: Case, when: datetime) -> str:
        """Who answers for it then: the officer, or who stands in. The clerk where neither can be written to, and for
        an officer who has left, whoever was to stand in.
        """
        staff = self.run.staff
        who = staff.stands_in(case.officer, when) or case.officer
        if staff.members(when)[case.officer].is_here and staff.can_hear(who, when):
            return who
        return min(staff.of_function("clerk", when))

    def _never_said(self, case: Case, steps: list[tuple[datetime, datetime]]) -> None:
        for begin, end in steps:
            why = self._why_not_said(case, begin, end)
            self.figures[f"steps of cases: {why or 'never said'}"] += 1
            if not why:
                self.add(NEVER, begin, f"{self._hearer(case, begin)}: case {case.code}")

    def _why_not_said(self, case: Case, begin: datetime, end: datetime) -> str:
        who = self._hearer(case, begin)
        rest = self.run.first_rest(who, begin)
        if rest is None or rest.at >= end:
            return "overtaken, settled or the run at its end before it had to be said"
        said = [each for each in self._said.get(case.code, ()) if each.who not in GROUPS]
        if any(each.who == who and begin - _SECOND <= each.clock and each.seq <= rest.seq for each in said):
            return "said"
        if self._hearer(case, rest.at) != who:
            return "somebody else has to hear it now"
        if self.run.ways.were_blocked(who, begin, rest):
            return "the person had blocked the bot"
        if any(each.is_capped and begin <= each.clock and each.seq <= rest.seq for each in self._of(who)):
            return "in the part of a long message that is only counted"
        return ""

    def _of(self, who: str) -> list[Message]:
        return [each for each in self.run.messages if each.kind == "case" and each.who == who]

    def _wrongly_said(self, case: Case) -> None:
        for message in self._said.get(case.code, ()):
            self.figures["mentions of cases"] += 1
            if message.true > case.until + _SECOND:
                self.add(AFTER_DONE, message.true, f"{message.who}: case {case.code}, settled {case.until}")
            if message.who in GROUPS:
                if case.is_sensitive:
                    self.add(WRONG_ONE, message.true, f"{message.who}: sensitive case {case.code}")
                continue
            if message.who not in self._may_hear(case, message.clock):
                self.add(WRONG_ONE, message.true, f"{message.who}: case {case.code} of {case.officer}")

    def _may_hear(self, case: Case, when: datetime) -> set[str]:
        """The officer, and who was meant at any moment of the days that a message may be on its way; of somebody who
        has blocked the bot the clerk.
        """
        staff, ways, since = self.run.staff, self.run.ways, when - GIVEN_UP
        found = {case.officer, *(self._hearer(case, moment) for moment in staff.between(since, when))}
        if any(ways.was_blocked(who, way, since, when) for who in found for way in ways.of(who, when)):
            found |= staff.of_function("clerk", when)
        return found

    def _too_often(self, case: Case, begins: list[datetime]) -> None:
        """Nobody has heard of it more often than it had steps by then, on the clock as far as it was ahead."""
        heard, latest = Counter[tuple[str, bool]](), case.since
        for message in self._said.get(case.code, ()):
            heard[message.who, message.is_again] += 1
            latest = max(latest, message.clock)
            if heard[message.who, message.is_again] > bisect_right(begins, latest):
                self.add(TWICE, message.true, f"{message.who}: case {case.code}")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
