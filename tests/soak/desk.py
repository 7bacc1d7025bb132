"""What the office does about its own people: absences, notices to everybody, chasing; who comes, leaves and changes.

Drawn from the seed and the day, and from what the clerk has read; what came of it stands in the bot's records.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from tests.soak.checker.days import at
from tests.soak.journal import GROUPS
from tests.soak.people import Deed
from tests.soak.side import News

CLERK = "cchc"
NEWCOMER = "người mới"
_IN_CHARGE = (CLERK, "lanh-dao", "chu-tich")
_MAY_LEAVE = ("van-phong", "tu-phap", "tai-chinh", "van-hoa", "khong-chuyen-trach")
_CHASED = ("I.5", "II.1", "III.8", "III.11", "III.12", "III.16", "VI.1", "VII.3", "B.1", "B.2", "B.3")
_MORE_ROLES = ("iso", "pakn", "mot-cua", "van-hoa")
_LEFT = re.compile(r"✅ Đã ghi nhận (.+) nghỉ\.")
_REVOKED = re.compile(r"Đã thu hồi tài khoản .+ của (.+?)\. ")
_BACK = re.compile(r"✅ (.+) đã trở lại danh sách cán bộ")
_WELCOME = re.compile(r"✅ Xin chào (.+)!")
_ADDED = re.compile(r"✅ Đã thêm cán bộ số (\d+): (.+) \(")
_CODE = re.compile(r"🔑 Mã dùng một lần của (.+): (\S+)")
_MINUTE = timedelta(minutes=1)


@dataclass
class Desk:
    """What is done there. `retired` and `unknown` (to the bot) do nothing, since they are not at the office."""

    staff: Mapping[str, Sequence[str]]
    seed: int
    share: float = 1.0
    retired: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=lambda: {NEWCOMER})
    moved: set[str] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=dict)
    chance: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self.numbers = {name: number for number, name in enumerate(self.staff, start=1)}

    def does_nothing(self, deed: Deed) -> bool:
        """Who is not there; but with a code somebody comes in."""
        return deed.who in self.retired | self.unknown and not deed.line.startswith("/batdau ")

    def day(self, day: datetime) -> Iterator[Deed]:
        """What is done on a working day."""
        self.chance = random.Random(f"{self.seed} desk {day}")
        yield from self._absences(day)
        if self._happens(0.05):
            yield self._deed(day, CLERK, f"/thongbao Mời họp giao ban số {self.chance.randint(1000, 9999)}")
        if self._happens(0.08):
            yield self._deed(day, self.chance.choice(_IN_CHARGE), f"/dondoc {self.chance.choice(_CHASED)}")
        yield from self._comings_and_goings(day)

    def _absences(self, day: datetime) -> Iterator[Deed]:
        if not self._happens(0.08):
            return
        who = self.chance.choice([name for name in self.staff if name != CLERK])
        first = day.date() + timedelta(days=self.chance.randint(0, 6))
        last = first + timedelta(days=self.chance.randint(0, 7))
        line = f"{first:%d/%m/%Y} - {last:%d/%m/%Y}"
        if self.chance.random() < 0.8:
            line += f" thay: {self.chance.choice([name for name in self.staff if name != who])}"
        if self.chance.random() < 0.3:
            yield self._deed(day, CLERK, f"/vangmat {self.numbers[who]} {line}")
        else:
            yield self._deed(day, who, f"/vangmat {line}")

    def _comings_and_goings(self, day: datetime) -> Iterator[Deed]:
        who = self.chance.choice(_MAY_LEAVE)
        number = self.numbers[who]
        if self._happens(0.015):
            yield self._deed(day, CLERK, f"/canbo {number} nghi")
        elif self._happens(0.015):
            yield self._deed(day, CLERK, f"/canbo {number} thuhoi")
        elif self._happens(0.015):
            roles = {*self.staff[who], self.chance.choice(_MORE_ROLES)}
            self.moved.add(who)
            yield self._deed(day, CLERK, f"/canbo {number} vitri {', '.join(sorted(roles))}")
        elif NEWCOMER not in self.numbers and self._happens(0.05):
            yield self._deed(day, CLERK, f"/canbo them {NEWCOMER}; mot-cua")
        for name in sorted(self.retired | self.unknown):
            if name in self.numbers and self.chance.random() < 0.15:
                what = "lai" if name in self.retired else "ma"
                yield self._deed(day, CLERK, f"/canbo {self.numbers[name]} {what}")
        for name in sorted(self.moved):
            if self.chance.random() < 0.06:
                self.moved.discard(name)
                yield self._deed(day, CLERK, f"/canbo {self.numbers[name]} vitri {', '.join(self.staff[name])}")

    def hear(self, news: News, now: datetime) -> Iterator[Deed]:
        """What follows from a message."""
        if news.what != "said" or news.who in GROUPS:
            return
        self.chance = random.Random(f"{self.seed} desk {now} {news.who} {news.text}")
        self._remember(news.text)
        if found := _CODE.search(news.text):
            yield Deed(now + 5 * _MINUTE, found[1], f"/batdau {found[2]}")
        for command in news.buttons.values():
            if command.startswith("/thongbao gui") and self.chance.random() < 0.9:
                yield Deed(now + _MINUTE, news.who, command, pressed=news)
            elif command.startswith("/hoso #ok") and self.chance.random() < 0.95:
                yield Deed(now + 3 * _MINUTE, news.who, command, pressed=news)
            elif command.startswith("/danhan") and self.chance.random() < 0.5:
                yield Deed(now + self.chance.randint(1, 200) * _MINUTE, news.who, command, pressed=news)
            elif command.startswith("/vangmat huy") and self.chance.random() < 0.2:
                yield Deed(now + self.chance.choice((9, 50, 1500)) * _MINUTE, news.who, command, pressed=news)

    def _remember(self, text: str) -> None:
        if found := _LEFT.search(text):
            self.retired.add(found[1])
        if found := _REVOKED.search(text):
            self.unknown.add(found[1])
        if found := _BACK.search(text):
            self.retired.discard(found[1])
        if found := _WELCOME.search(text):
            self.unknown.discard(found[1])
        if found := _ADDED.search(text):
            self.numbers[found[2]] = int(found[1])

    def _happens(self, share: float) -> bool:
        return self.chance.random() < share * self.share

    def _deed(self, day: datetime, who: str, line: str) -> Deed:
        moment = time(self.chance.choice((8, 9, 10, 14, 15)), self.chance.randint(0, 59), self.chance.randint(1, 58))
        return Deed(at(day.date(), moment), who, line)
