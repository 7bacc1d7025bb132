"""People who answer: they press what they are shown, type, forget, take back, ask, and write about others' work.

What somebody makes of a message is drawn from the seed, the moment and the message, so that a seed gives the same
office again, whichever of two messages of one moment comes first.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from tests.soak.checker.days import at, is_working_day
from tests.soak.journal import GROUPS
from tests.soak.side import News

_TASK = re.compile(r"^• ([IVXB]+\.\d+) ", re.MULTILINE)
_CODES = ("I.5", "II.1", "III.8", "III.11", "III.16", "IV.3", "VI.1", "VII.3", "B.1", "B.2", "B.3")
EVENTS = (
    ("cchc", "III.15 ban hành văn bản trả lời số {}/UBND"),
    ("cchc", "IV.3 thay đổi nhân sự theo tờ trình {}/TTr"),
    ("cchc", "III.2 nhận quyết định công bố {}/QĐ-UBND"),
    ("mot-cua", "III.6 nhận hồ sơ trực tuyến mã {}/HS"),
)


@dataclass(frozen=True, slots=True)
class Deed:
    """Somebody types a line or presses a button of a message at a moment; on that channel, if one is named."""

    when: datetime
    who: str
    line: str
    in_group: bool = False
    pressed: News | None = None
    channel: str = ""


@dataclass
class People:
    """What everybody is going to do about what they have heard."""

    names: tuple[str, ...]
    seed: int
    chance: random.Random = field(default_factory=random.Random)
    _minded: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def hear(self, news: News, now: datetime) -> Iterator[Deed]:
        """What follows from a message."""
        if news.what != "said":
            return
        self.chance = random.Random(f"{self.seed} {now} {news.who} {news.text}")
        if "🔔" in news.text.split("\n\n")[0]:
            hears = self._nagged_group if news.who in GROUPS else self._nagged
            yield from hears(news, now)
        elif news.who not in GROUPS:
            yield from self._answered(news, now)

    def _nagged(self, news: News, now: datetime) -> Iterator[Deed]:
        for label, command in news.buttons.items():
            if not command.startswith("/xong #") or self._minded.get((news.who, command), now) > now:
                continue
            delay = self._delay(now)
            if delay is None:
                continue
            self._minded[news.who, command] = delay
            if self.chance.random() < 0.7:
                yield Deed(delay, news.who, command, pressed=news)
            else:
                code = label.removeprefix("✅ ").split(" ")[0]
                line = f"/xong {code}" + (f" số {self._number()}/BC-UBND" if self.chance.random() < 0.4 else "")
                yield Deed(delay, news.who, line, in_group=self.chance.random() < 0.2)
        if "🚩" in news.text and self.chance.random() < 0.25:
            code = self.chance.choice(_TASK.findall(news.text) or ["III.16"])
            day = (now + timedelta(days=self.chance.randint(3, 15))).date()
            yield Deed(
                now + timedelta(minutes=self.chance.randint(5, 60)),
                news.who,
                f"/giahan {code} {day.day}/{day.month}/{day.year} số {self._number()}/UBND-VP",
            )

    def _nagged_group(self, news: News, now: datetime) -> Iterator[Deed]:
        """Now and then somebody presses what is not theirs."""
        commands = [command for command in news.buttons.values() if command.startswith("/xong #")]
        if commands and self.chance.random() < 0.08:
            when = now + timedelta(minutes=self.chance.randint(1, 200))
            yield Deed(when, self.chance.choice(self.names), self.chance.choice(commands), True, news)

    def _answered(self, news: News, now: datetime) -> Iterator[Deed]:
        commands = list(news.buttons.values())
        undo = next((each for each in commands if each.startswith("/hoantac")), None)
        if undo is not None:
            if self.chance.random() < 0.05:
                yield Deed(now + timedelta(minutes=self.chance.randint(1, 9)), news.who, undo, pressed=news)
        elif commands and commands[0].startswith("/xong #") and self.chance.random() < 0.8:
            yield Deed(now + timedelta(minutes=1), news.who, commands[0], pressed=news)

    def day(self, day: datetime) -> Iterator[Deed]:
        """What people do on a working day without being asked to."""
        self.chance = random.Random(f"{self.seed} {day}")
        if day.weekday() == 3 or self.chance.random() < 0.1:
            yield Deed(self._within(day), "lanh-dao", "/tinhhinh")
        if self.chance.random() < 0.12:
            yield Deed(self._within(day), self.chance.choice(self.names), f"/xong {self.chance.choice(_CODES)}")
        if self.chance.random() < 0.1:
            who, words = self.chance.choice(EVENTS)
            yield Deed(self._within(day), who, f"/sukien {words.format(self._number())}")
        if self.chance.random() < 0.05:
            yield Deed(self._within(day), self.chance.choice(self.names), "/viec")
        if self.chance.random() < 0.03:
            yield Deed(self._within(day), self.chance.choice(self.names), "/hoantac")

    def _within(self, day: datetime) -> datetime:
        hour, minute = self.chance.choice((7, 8, 9, 10, 11, 13, 14, 15, 16)), self.chance.randint(0, 59)
        return at(day.date(), time(hour, minute, self.chance.randint(1, 58)))

    def _delay(self, now: datetime) -> datetime | None:
        """Soon, in some days, or not at all; people also work on days off, but seldom."""
        drawn = self.chance.random()
        if drawn < 0.1:
            return None
        if drawn < 0.45:
            return now + timedelta(
                minutes=self.chance.choice((self.chance.randint(1, 25), self.chance.randint(26, 300)))
            )
        day = now + timedelta(days=self.chance.randint(1, 6))
        while not is_working_day(day.date()) and self.chance.random() < 0.9:
            day += timedelta(days=1)
        return self._within(day)

    def _number(self) -> int:
        return self.chance.randint(100_000, 999_999)
