"""The lists of what a run got wrong. Each entry is a sentence; an empty list is what everybody wants to see."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.soak.checker.around import AFTER_DONE, GIVEN_UP, LATE, NEVER, TOO_OFTEN, TWICE, WRONG_ONE, Around
from tests.soak.checker.cases import Cases
from tests.soak.checker.days import HERE, KNOWN_UNTIL, in_office_hours
from tests.soak.checker.duties import Duty
from tests.soak.checker.records import Run
from tests.soak.checker.said import Mention, Message
from tests.soak.checker.steps import IN_TIME, PRESSING, Step, acting, hearers
from tests.soak.journal import GROUP

__all__ = ["AFTER_DONE", "LATE", "NEVER", "TOO_OFTEN", "TWICE", "WRONG_ONE"]  # and what is written here

OFF_HOURS, COUNTED = "said outside office hours", "counted wrong"
NO_REASON, ANSWERS = "said without a reason", "commands lost or answered twice"
RECORDED, UNCONFIRMED, STUCK = "acknowledged and not recorded", "unconfirmed and not said again once", "stuck"
DATES, MISTAKEN = "deadlines that differ from the plan", "a number taken for another"
LISTS = (
    NEVER, TWICE, AFTER_DONE, WRONG_ONE, OFF_HOURS, LATE, COUNTED,
    NO_REASON, TOO_OFTEN, ANSWERS, RECORDED, UNCONFIRMED, STUCK, DATES,
    MISTAKEN,
)  # fmt: skip
_UNASKED = ("digest", "picture", "review", "nudge", "away", "chase", "case", "statistics")
_NUMBERS = re.compile(r"Xong đúng hạn: (\d+) · ☑️ Xong muộn: (\d+)\n🕒 Đang làm, còn hạn: (\d+) · 🔴 Quá hạn: (\d+)")
_BOARD = "📊 Tình hình, đến ngày"
_DONE = "✅ Đã ghi nhận hoàn thành"
_TASK = re.compile(r"[IVXB]+\.\d+")
_SECOND, _A_DAY = timedelta(seconds=1), timedelta(days=1)


Place = tuple[str, str]  # who, on which channel


@dataclass
class Findings:
    """The lists, and how much was looked at."""

    lists: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in LISTS})
    figures: Counter[str] = field(default_factory=Counter)

    @property
    def is_clean(self) -> bool:
        """Nothing in any list."""
        return not any(self.lists.values())


@dataclass(frozen=True)
class Told:
    """A mention of a duty in a message, and the step that it speaks of; None when there is no reason for it."""

    message: Message
    mention: Mention
    duty: Duty
    step: Step | None


class Checker:
    """Looks through one run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.found = Findings()
        self.steps = {duty: run.policy.steps(duty) for duty in run.duties}
        self._by_title: dict[tuple[str, str], list[Duty]] = defaultdict(list)
        for duty in run.duties:
            self._by_title[duty.code, duty.title].append(duty)
            if duty.rule.get("closing_list"):
                self._by_title["", duty.title.upper()].append(duty)
        self.told = [told for message in run.messages if message.kind == "digest" for told in self._read(message)]
        self._heard: dict[tuple[str, Duty], list[Told]] = defaultdict(list)
        for told in self.told:
            self._heard[told.message.who, told.duty].append(told)

    def check(self) -> Findings:
        """Fill every list."""
        checks: tuple[Callable[[], None], ...] = (
            self._never_said, self._twice, self._after_done, self._wrong_one, self._off_hours, self._late,
            self._counted, self._answers, self._recorded, self._unconfirmed, self._stuck, self._dates,
        )  # fmt: skip
        for check in checks:
            check()
        Around(self.run, self._list, self.found.figures).check()
        Cases(self.run, self._list, self.found.figures).check()
        return self.found

    def _list(self, name: str, when: datetime, what: str) -> None:
        self.found.lists[name].append(f"{when.astimezone(HERE):%d/%m/%Y %H:%M} {what}")

    def _read(self, message: Message) -> list[Told]:
        found = []
        for mention in message.mentions():
            if mention.section == "silent":
                self.found.figures["mentions of silent tasks, not checked"] += 1
                continue
            if mention.section == "done":
                self._told_as_done(message, mention)
                continue
            duties = self._by_title.get((mention.code, mention.title), [])
            duty = next((each for each in reversed(duties) if each.since <= message.clock), None)
            if duty is None:
                self._list(NO_REASON, message.true, f"{message.who}: unknown to the plan: {mention}")
                continue
            found.append(Told(message, mention, duty, self._step_of(duty, mention, message)))
        return found

    def _told_as_done(self, message: Message, mention: Mention) -> None:
        """Where nothing can be edited the next digest ticks what is done; by now it may have been taken back."""
        self.found.figures["mentions of finished work"] += 1
        duties = self._by_title.get((mention.code, mention.title), [])
        if not any(
            each.recorded <= message.true for duty in duties for each in self.run.completions.get(duty.key, ())
        ):
            self._list(COUNTED, message.true, f"{message.who}: told as done: {mention.code} {mention.title}")

    def _step_of(self, duty: Duty, mention: Mention, message: Message) -> Step | None:
        """The latest step that was due to this chat when it was said, of the same heading if there is one."""
        due = [
            step
            for step in self.steps[duty]
            if step.at <= message.clock and message.who in self._may_hear(step, message.clock)
            and (step.reason == "closing_list") == (mention.section == "closing_list")
        ]  # fmt: skip
        same = [step for step in due if step.reason == mention.section]
        return next(reversed(same or due), None)

    def _may_hear(self, step: Step, when: datetime) -> set[str]:
        """Who was meant at any moment since it was due, or in the days that a message may be on its way.

        Where nobody knew yet that the substitute cannot be written to, or everybody did, they hear it themselves.
        """
        run, found = self.run, set[str]()
        for moment in run.staff.between(max(step.at, when - GIVEN_UP), when):
            found |= hearers(step, run.staff, moment)
            if step.audience == "acting":
                found |= {
                    each
                    for each in acting(step.duty, run.staff, moment)
                    if (instead := run.staff.stands_in(each, moment))
                    and any(
                        run.ways.was_blocked(instead, way, moment - _A_DAY, when)
                        for way in run.ways.of(instead, moment)
                    )
                }
        return found

    def _never_said(self) -> None:
        for duty, steps in self.steps.items():
            for step in steps:
                for who in sorted(hearers(step, self.run.staff, step.at)):
                    why = self._why_not_said(duty, step, who)
                    self.found.figures[f"steps: {why or 'never said'}"] += 1
                    if not why:
                        self._list(
                            NEVER, step.at, f"{who}: {step.reason}{step.number or ''} {duty.code} {duty.title}"
                        )

    def _why_not_said(self, duty: Duty, step: Step, who: str) -> str:
        """How the step ended; empty when it should have been said and was not."""
        run = self.run
        rest = run.first_rest(who, step.at, duty.about)
        if rest is None or rest.at >= duty.until:
            return "the run ended, or the date or the plan changed"
        until, seq = rest.at, rest.seq
        if who not in hearers(step, run.staff, until) or not all(
            run.staff.can_hear(who, moment) for moment in (step.at, until)
        ):
            return "somebody else has to hear it now, or nobody can"
        closes = step.reason == "closing_list"
        whose = GROUP if step.reason == "escalated" else who
        if not closes and run.was_done(duty, whose, step.at, until):
            return "done before"
        heard = self._heard.get((who, duty), ())
        if any(
            told.message.seq <= seq and told.message.clock >= step.at
            and (told.mention.section == "closing_list") == closes
            for told in heard
        ):  # fmt: skip
            return "said" if run.ways.of(who, until) <= rest.well else "said by the other channel, one being closed"
        later = [each for each in self.steps[duty] if each.audience == step.audience and step.at < each.at <= until]
        if later and not closes:
            return "overtaken by a later step while a fault was at work"
        if step.reason in IN_TIME and duty.is_over(until):
            return "too late to say when the fault was over"
        if run.ways.were_blocked(who, step.at, rest):
            return "the person had blocked the bot"
        if self._clerk_was_told(f"cho {run.ways.title_of(who)} hai lần", step.at, step.at):
            return "lost twice on the way, and the clerk was told"
        if until - step.at > GIVEN_UP and self._clerk_was_told(
            f"cho {run.ways.title_of(who)} suốt 3 ngày", step.at, until
        ):
            return "given up after three days, and the clerk was told"
        unasked = [each for each in run.messages if each.who == who and each.seq <= seq and each.kind != "answer"]
        digests = [each for each in unasked if each.kind in ("digest", "picture")]
        today = [each for each in digests if each.clock.astimezone(HERE).date() == until.astimezone(HERE).date()]
        if any(each.is_capped for each in digests[-3:] if each.clock >= step.at):
            return "in the part of a long digest that is only counted"
        enough = len([each for each in today if not each.is_again]) >= run.policy.pushes_a_day
        if enough and step.reason not in PRESSING:
            return "kept back by the limit of messages a day"
        return ""

    def _clerk_was_told(self, words: str, since: datetime, until: datetime) -> bool:
        """On those days."""
        return any(
            each.kind == "notice" and words in each.text and since.date() <= each.clock.date() <= until.date()
            for each in self.run.messages
        )

    def _twice(self) -> None:
        for (who, duty), all_told in self._heard.items():
            for again in (False, True):
                seen: dict[Step, Message] = {}
                for told in all_told:
                    if told.message.is_again != again or told.step is None:
                        continue
                    if told.step in seen:
                        words = (
                            f"{who}: {told.step.reason} {duty.code} {duty.title}, first at {seen[told.step].clock}"
                        )
                        self._list(TWICE, told.message.true, words)
                    seen[told.step] = told.message
        days: dict[tuple[str, date], list[Message]] = defaultdict(list)
        for each in self.run.messages:
            if each.kind == "digest" and not each.is_again and not each.is_of_an_earlier_day:
                days[each.who, each.clock.astimezone(HERE).date()].append(each)
        for (who, day), digests in days.items():
            for each in digests[self.run.policy.pushes_a_day :]:
                if not any(mention.section in PRESSING for mention in each.mentions()):
                    self.found.lists[TOO_OFTEN].append(f"{day:%d/%m/%Y} {who}: {len(digests)} digests")

    def _after_done(self) -> None:
        for told in self.told:
            if told.mention.section == "closing_list":
                continue
            now = told.message.true
            whose = GROUP if told.mention.section == "escalated" else told.message.who
            if all(self.run.is_done(told.duty, when, whose) for when in (now - _SECOND, now)):
                self._list(AFTER_DONE, now, f"{told.message.who}: {told.duty.code} {told.duty.title}")

    def _wrong_one(self) -> None:
        run = self.run
        clerks = run.staff.of_function("clerk", run.messages[-1].clock)
        for told in self.told:
            message, duty, section = told.message, told.duty, told.mention.section
            leaders = run.staff.of_function("leader", message.clock)
            if section == "escalated" and message.who not in leaders:
                self._list(WRONG_ONE, message.true, f"{message.who}: what leaders hear of {duty.code} {duty.title}")
            elif section in IN_TIME and duty.is_over(message.clock) and section != "event":
                self._list(
                    NO_REASON, message.true, f"{message.who}: {section}, though over: {duty.code} {duty.title}"
                )
            elif told.step is None:
                allowed = {who for step in self.steps[duty] for who in hearers(step, run.staff, message.clock)}
                name = NO_REASON if message.who in allowed else WRONG_ONE
                self._list(name, message.true, f"{message.who}: {section} {duty.code} {duty.title}")
        for message in run.messages:
            if message.kind in ("picture", "notice") and message.who not in clerks:
                self._list(WRONG_ONE, message.true, f"{message.who}: {message.bare.splitlines()[0]}")

    def _off_hours(self) -> None:
        for message in self.run.messages:
            self.found.figures[f"messages: {message.kind}"] += 1
            self.found.figures["messages marked as said again"] += message.is_again
            if message.kind in _UNASKED and not in_office_hours(message.clock):
                self._list(OFF_HOURS, message.true, f"{message.who}: {message.bare.splitlines()[0]}")

    def _late(self) -> None:
        for told in self.told:
            late = told.step is not None and told.message.clock - told.step.at > self.run.policy.late_after
            self.found.figures["mentions that came late and say so"] += late and told.mention.says_late
            if late and not told.mention.says_late:
                self._list(LATE, told.message.true, f"{told.message.who}: {told.duty.code} {told.duty.title}")

    def _counted(self) -> None:
        asked: dict[Place, datetime] = {}
        for entry in self.run.journal:
            if entry["what"] == "did":
                asked[entry["where"], entry["channel"]] = datetime.fromisoformat(entry["true"])
            elif entry["what"] == "said" and _BOARD in entry["text"]:
                now = datetime.fromisoformat(entry["true"])
                self._compare(entry["text"], asked.get((entry["who"], entry["channel"]), now), now, entry["who"])

    def _compare(self, text: str, asked: datetime, now: datetime, who: str) -> None:
        """The answer may have been written at any moment since the question, when it was long on its way.

        What is recorded in the second of the question counts or does not, or a part of it does.
        """
        found = _NUMBERS.search(text)
        shown = tuple(map(int, found.groups())) if found else ()
        changes = [
            when
            for each in self.run.completions.values()
            for one in each
            for when in (one.recorded, one.undone)
            if asked < when < now
        ]
        self.found.figures["boards counted again"] += 1
        mine = [self.count(when) for when in (now, asked, asked - _SECOND, *changes)]
        columns = zip(*mine, strict=True)
        is_between = all(min(all_of) <= each <= max(all_of) for each, all_of in zip(shown, columns, strict=False))
        if not is_between or sum(shown) not in map(sum, mine):
            self._list(COUNTED, now, f"{who}: shown {shown}, counted {mine[0]}")

    def count(self, now: datetime) -> tuple[int, int, int, int]:
        """Done on time, done late, open and in time, overdue."""
        numbers = [0, 0, 0, 0]
        today = now.astimezone(HERE).date()
        for duty in self.run.duties:
            counts = duty.opens <= today and not duty.before_tracking and self.run.is_foreseen(duty, now)
            if duty.since <= now < duty.until and counts:
                done = self.run.is_done(duty, now)
                if done:
                    last = max(each.recorded for each in self.run.holding(duty, now))
                    numbers[duty.is_over(last)] += 1
                else:
                    numbers[2 + duty.is_over(now)] += 1
        return numbers[0], numbers[1], numbers[2], numbers[3]

    def _answers(self) -> None:
        """When the bot has come to rest, every chat has as many answers as there were commands in it."""
        asked, answered = Counter[Place](), Counter[Place]()
        waiting_again: dict[Place, dict[str, datetime]] = defaultdict(dict)
        meant: dict[Place, list[str]] = defaultdict(list)
        texts = {message.seq: message for message in self.run.messages}
        trouble = datetime.min.replace(tzinfo=HERE)
        for entry in self.run.journal:
            when = datetime.fromisoformat(entry["true"])
            if entry["what"] in ("fault", "life"):
                trouble = when
            elif entry["what"] == "did":
                place = (entry["where"], entry["channel"])
                asked[place] += 1
                meant[place].append(entry["means"] if entry["line"].isdigit() else "")
                self.found.figures["commands"] += 1
            elif entry["what"] == "lost" and when - trouble < _A_DAY:
                place = (entry["where"], entry["channel"])
                asked[place] -= 1
                meant[place].clear()
                self.found.figures["commands that a platform lost, and that were given again"] += 1
            elif entry["what"] == "said" and entry["seq"] in texts and texts[entry["seq"]].kind == "answer":
                message = texts[entry["seq"]]
                place, plain = (message.who, message.channel), message.bare
                first = waiting_again[place].pop(plain, None)
                if message.is_again and first and (when - first < _A_DAY or answered[place] >= asked[place]):
                    continue  # the first one had arrived; an older one alike was the answer to something else
                answered[place] += 1
                waiting_again[place][plain] = when
                self._understood(message, meant[place])
            elif entry["what"] == "rest" and asked != answered:
                for place in [place for place in asked | answered if place[1] in entry["well"]]:
                    who, channel = place
                    if asked[place] != answered[place] and not self.run.ways.was_blocked(
                        who, channel, when - _A_DAY, when
                    ):
                        self._list(
                            ANSWERS, when, f"{who} ({channel}): {asked[place]} commands, {answered[place]} answers"
                        )
                    answered[place] = asked[place]
                    meant[place].clear()

    def _understood(self, answer: Message, meant: list[str]) -> None:
        """A number stands for what the person has read beside it. Of several answers nobody knows which is whose."""
        task = _TASK.search(meant[0]) if len(meant) == 1 else None
        if task:
            self.found.figures["numbers in place of buttons"] += 1
        if task and answer.bare.startswith(_DONE) and f" {task[0]} " not in answer.bare.splitlines()[0]:
            self._list(MISTAKEN, answer.true, f"{answer.who} meant {meant[0]}: {answer.bare.splitlines()[0]}")
        del meant[:1]

    def _recorded(self) -> None:
        said = {
            (each.who, each.bare, each.true.date())
            for each in self.run.messages
            if each.kind == "answer" and each.bare.startswith(_DONE)
        }
        if len(said) > self.run.recorded_completions:
            more = f"{len(said)} acknowledged, {self.run.recorded_completions} on record"
            self.found.lists[RECORDED].append(more)
        self.found.figures["completions"] = self.run.recorded_completions

    def _unconfirmed(self) -> None:
        keys = {key for key, _ in self.run.outbox}
        for key, state in self.run.outbox:
            self.found.figures[f"outbox: {state}"] += 1
            if state == "unconfirmed" and not key.endswith("|again") and f"{key}|again" not in keys:
                self.found.lists[UNCONFIRMED].append(key)

    def _stuck(self) -> None:
        for entry in self.run.journal:
            if entry["what"] == "stuck":
                self._list(STUCK, datetime.fromisoformat(entry["true"]), entry["why"])
            elif entry["what"] == "fault":
                self.found.figures["faults"] += 1
        last = self.run.ways.rests[-1].at if self.run.ways.rests else None
        for key, state in self.run.outbox:
            if state == "sending" and last is not None:
                self._list(STUCK, last, f"still being sent: {key}")

    def _dates(self) -> None:
        """At the end, the deadlines of the plan in force are on record, with these days, and no others are."""
        now = datetime.fromisoformat(self.run.journal[-1]["true"])
        asked = {
            duty.key: (duty.opens.isoformat(), duty.last_day.isoformat(), duty.aim.isoformat())
            for duty in self.run.duties
            if duty.since <= now < duty.until and self.run.is_foreseen(duty, now) and duty.last_day < KNOWN_UNTIL
        }
        plan, end = self.run.plans[-1].id, KNOWN_UNTIL.isoformat()
        recorded = {key: days for key, days in self.run.deadlines.items() if key[0] == plan and days[1] < end}
        self.found.figures["deadlines read anew from the plan"] = len(asked)
        for key in sorted(asked.keys() | recorded.keys()):
            if asked.get(key) != recorded.get(key):
                self._list(DATES, now, f"{'/'.join(key)}: asked {asked.get(key)}, on record {recorded.get(key)}")


def check(run: Run) -> Findings:
    """Every list of the run."""
    return Checker(run).check()
