"""What is said around the plan: notices to everybody, who is away, nudges; and that nobody hears who is not there."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.soak.checker.days import HERE
from tests.soak.checker.duties import Duty
from tests.soak.checker.records import Run
from tests.soak.checker.said import Message, Nudge, nudges
from tests.soak.checker.staff import Absence
from tests.soak.checker.steps import acting

NEVER, TWICE, AFTER_DONE, WRONG_ONE = "due and never said", "said twice", "said after done", "said to the wrong one"
LATE, TOO_OFTEN = "said late without saying so", "said too often"
GIVEN_UP = timedelta(days=3)  # then the bot does not try any more
_OUTAGES, _OUTAGES_AT_ONCE = ("ℹ️ Bot đã hoạt động", "ℹ️ Đã liên lạc"), 2
_COPY = re.compile(r"📢 Thông báo số (\d+) của (.+)")
_CHASE = re.compile(r"/?dondoc ([IVXB]+\.\d+)")
_SECOND, _HOUR, _DAYS = timedelta(seconds=1), timedelta(hours=1), timedelta(days=4)
Add = Callable[[str, datetime, str], None]


@dataclass(frozen=True)
class Around:
    """Looks through one run; `add` puts an entry into a list."""

    run: Run
    add: Add
    figures: Counter[str]

    def check(self) -> None:
        """Fill the lists."""
        self._nobody_who_is_gone()
        self._copies()
        self._absences()
        self._nudges()
        self._outages()

    def _of_kind(self, kind: str) -> list[Message]:
        return [each for each in self.run.messages if each.kind == kind]

    def _nobody_who_is_gone(self) -> None:
        """Who has left, and whose account is nobody's, hears only answers."""
        for message in self.run.messages:
            if message.kind in ("answer", "code"):
                continue
            moments = message.clock, message.clock - _SECOND, message.true
            if not any(self.run.staff.can_hear(message.who, when) for when in moments):
                first = message.bare.partition("\n")[0]
                self.add(WRONG_ONE, message.true, f"{message.who}, who is not there: {first}")

    def _reason_not_to_hear(self, who: str, since: datetime, about: str = "") -> str:
        """Why somebody need not have heard what was to be said to them then; empty when they must have."""
        rest = self.run.first_rest(who, since, about)
        if rest is None:
            return "the run ended"
        if not self.run.staff.can_hear(who, rest.at) or not self.run.staff.can_hear(who, since):
            return "gone"
        if self.run.ways.were_blocked(who, since, rest):
            return "blocked"
        title = self.run.ways.title_of(who)
        if self._clerk_was_told(f"cho {title} hai lần", since, since):
            return "lost twice, and the clerk was told"
        if rest.at - since > GIVEN_UP and self._clerk_was_told(f"cho {title} suốt 3 ngày", since, rest.at):
            return "given up after three days, and the clerk was told"
        return ""

    def _clerk_was_told(self, words: str, since: datetime, until: datetime) -> bool:
        """On those days."""
        days = since.date(), until.date()
        return any(words in each.text and days[0] <= each.clock.date() <= days[1] for each in self._of_kind("notice"))

    def _heard(self, found: list[Message], who: str, since: datetime, about: str = "") -> bool:
        """Whether it was among what they had heard when it must have been said; `about`: what asked for it."""
        rest = self.run.first_rest(who, since, about)
        return rest is not None and any(each.who == who and each.seq <= rest.seq for each in found)

    def _copies(self) -> None:
        """Everybody who was there has one copy of a notice, whatever the hour; nobody else has any."""
        copies: dict[int, list[Message]] = defaultdict(list)
        for message in self._of_kind("copy"):
            found = _COPY.match(message.bare)
            assert found
            copies[int(found[1])].append(message)
        for notice in self.run.notices:
            sent = copies.pop(notice.number, [])
            meant = self.run.staff.everybody(notice.sent)
            for who in sorted(meant):
                self.figures["copies of notices"] += 1
                asked = who, notice.sent + _SECOND, f"/thongbao gui {notice.number}"  # more may happen in that second
                if not self._heard(sent, *asked) and not self._reason_not_to_hear(*asked):
                    self.add(NEVER, notice.sent, f"{who}: notice {notice.number}")
            counts = Counter(each.who for each in sent if not each.is_again)
            for who, count in counts.items():
                if count > 1:
                    self.add(TWICE, notice.sent, f"{who}: notice {notice.number}, {count} times")
            for each in sent:
                if each.who not in meant:
                    self.add(WRONG_ONE, each.true, f"{each.who}: notice {notice.number}")
                if each.clock - notice.sent > _HOUR and not each.is_late:
                    self.add(LATE, each.true, f"{each.who}: notice {notice.number}")
        for number, sent in copies.items():
            self.add(WRONG_ONE, sent[0].true, f"notice {number}, which nobody has sent")

    def _absences(self) -> None:
        """The substitute hears of it, and who is away when somebody else has entered it; each once."""
        told = self._of_kind("away")
        expected = Counter[tuple[str, str]]()
        for absence in self.run.staff.absences:
            for who, first in _news_of(absence):
                expected[who, first] += 1
                self.figures["news of absences"] += 1
                heard = [each for each in told if each.bare.startswith(first) and each.clock >= absence.recorded]
                gone = absence.cancelled < absence.recorded + _HOUR
                heard_in_time = gone or self._heard(heard, who, absence.recorded)
                if not heard_in_time and not self._reason_not_to_hear(who, absence.recorded):
                    self.add(NEVER, absence.recorded, f"{who}: {first.strip()}")
        heard_of = Counter((each.who, f"{each.bare.partition(chr(10))[0]}\n") for each in told if not each.is_again)
        for (who, first), count in heard_of.items():
            allowed = sum(
                number for (name, words), number in expected.items() if name == who and first.startswith(words)
            )
            if count > allowed and "không cần thay" not in first:
                self.add(TWICE if allowed else WRONG_ONE, told[0].true, f"{who}: {first.strip()}, {count} times")

    def _nudges(self) -> None:
        """Only who must do it hears of it, once a day, and only when somebody has asked for it."""
        asked = [
            (datetime.fromisoformat(each["true"]), each["who"], found[1])
            for each in self.run.journal
            if each["what"] == "did" and (found := _CHASE.fullmatch(each["line"]))
        ]
        heard: dict[tuple[str, Duty, object], Message] = {}
        by_code: dict[tuple[str, str], list[Message]] = defaultdict(list)
        for message in self._of_kind("nudge"):
            for nudge in nudges(message):
                by_code[message.who, nudge.code].append(message)
                duty = self._duty_of(nudge, message.clock)
                if duty is None or not self._may_be_nudged(duty, message, nudge, asked):
                    self.add(WRONG_ONE, message.true, f"{message.who}: nudged about {nudge.code} {nudge.title}")
                    continue
                done = (self.run.is_done(duty, when, message.who) for when in (message.true - _SECOND, message.true))
                if all(done):
                    self.add(AFTER_DONE, message.true, f"{message.who}: nudged about {nudge.code} {nudge.title}")
                once = (message.who, duty, message.clock.astimezone(HERE).date())
                if once in heard and not message.is_again:
                    self.add(TWICE, message.true, f"{message.who}: nudged about {nudge.code} {nudge.title}")
                heard[once] = message
        for when, by, code in asked:
            self._chased(when, by, code, by_code)

    def _duty_of(self, nudge: Nudge, when: datetime) -> Duty | None:
        return next(
            (
                each
                for each in reversed(self.run.duties)
                if (each.code, each.title) == (nudge.code, nudge.title) and each.since <= when
            ),
            None,
        )

    def _may_be_nudged(
        self, duty: Duty, message: Message, nudge: Nudge, asked: list[tuple[datetime, str, str]]
    ) -> bool:
        staff = self.run.staff
        return message.who != nudge.by and any(
            by == nudge.by and code == nudge.code and moment <= message.true and message.true - moment < _DAYS
            and any(message.who in self._who_must_act(duty, when) for when in staff.between(moment, message.clock))
            for moment, by, code in asked
        )  # fmt: skip

    def _outages(self) -> None:
        """After an outage the clerk hears of it in one message; two outages on end may make two, never a bunch."""
        counts = Counter(
            (each.who, each.clock)
            for each in self._of_kind("notice")
            if each.bare.startswith(_OUTAGES) and not each.is_again
        )
        for (who, when), count in counts.items():
            self.figures["messages about outages"] += count
            if count > _OUTAGES_AT_ONCE:
                self.add(TOO_OFTEN, when, f"{who}: {count} messages about outages")

    def _who_must_act(self, duty: Duty, when: datetime) -> set[str]:
        staff = self.run.staff
        return {staff.stands_in(each, when) or each for each in acting(duty, staff, when)}

    def _chased(self, when: datetime, by: str, code: str, by_code: dict[tuple[str, str], list[Message]]) -> None:
        """Whoever must still do the last of it that has begun is nudged on that day, by whomever."""
        run, today = self.run, when.astimezone(HERE).date()
        answer = next((each for each in run.messages if each.who == by and each.true >= when), None)
        if answer is None or answer.kind != "answer" or "người" not in answer.bare:
            return  # the command was lost, or came when there was nothing to do
        begun = [
            duty
            for duty in run.duties
            if duty.code == code and duty.since <= when < duty.until and duty.opens <= today
            and not duty.before_tracking and not run.is_done(duty, when)
        ]  # fmt: skip
        if not begun:
            return
        last = max(begun, key=lambda duty: duty.last_day)
        for who in sorted(self._who_must_act(last, when) - {by}):
            if run.is_done(last, when, who):
                continue
            self.figures["nudges that were asked for"] += 1
            heard = [each for each in by_code.get((who, code), ()) if each.clock.astimezone(HERE).date() >= today]
            if not self._heard(heard, who, when) and not self._reason_not_to_hear(who, when):
                self.add(NEVER, when, f"{who}: nudge of {by} about {code} {last.title}")


def _news_of(absence: Absence) -> Iterator[tuple[str, str]]:
    """Who is told of it, and the words with which the message begins."""
    if absence.substitute and absence.substitute != absence.recorded_by:
        yield absence.substitute, f"🤝 Anh/chị thay {absence.who}\n"
    if absence.recorded_by != absence.who:
        yield absence.who, f"🏖 {absence.recorded_by} đã ghi nhận anh/chị vắng"
