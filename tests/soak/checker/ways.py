"""By which channels everybody could be reached, and when: accounts, blocks, closed ports."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.soak.journal import Entry

END = datetime(2100, 1, 1, tzinfo=UTC)
FAIL_OVER = timedelta(minutes=5)  # so long it takes until what one channel does not take goes by another
_SECOND = timedelta(seconds=1)
Spans = Mapping[tuple[str, str], list[tuple[datetime, datetime]]]


@dataclass(frozen=True)
class Rest:
    """The bot had nothing left to do. `well`: the channels without a fault; `cut`: those closed, since when."""

    at: datetime
    seq: int
    well: frozenset[str]
    cut: Mapping[str, datetime]


class Ways:
    """Everybody's accounts, and the groups."""

    def __init__(self, journal: list[Entry], accounts: Callable[[str, datetime], frozenset[str]]) -> None:
        start = next(each for each in journal if each["what"] == "start")
        self._accounts = accounts
        self._groups = {name: frozenset([each["channel"]]) for name, each in start["groups"].items()}
        self.titles = {name: f"nhóm {each['title']}" for name, each in start["groups"].items()}
        self.rests = [_rest(each) for each in journal if each["what"] == "rest"]
        self._blocked = _spans(journal, self.rests)

    def of(self, who: str, when: datetime) -> frozenset[str]:
        """The channels on which the bot can write to this person or group then."""
        return self._groups[who] if who in self._groups else self._accounts(who, when)

    def lead_to(self, who: str, rest: Rest, since: datetime) -> bool:
        """Whether what was due since then must have been said by this rest.

        Either no fault is at work on any of the channels of this person or group, or one is well and open to them,
        and there has been time to find out that the others are not.
        """
        ways = self.of(who, rest.at)
        if ways <= rest.well:
            return True
        open_ways = {way for way in ways & rest.well if not self.was_blocked(who, way, rest.at, rest.at)}
        dead = [max(since, rest.cut[way]) for way in ways - rest.well if way in rest.cut]
        return bool(open_ways) and len(dead) == len(ways - rest.well) and max(dead) + FAIL_OVER <= rest.at

    def were_blocked(self, who: str, since: datetime, rest: Rest) -> bool:
        """Whether on each channel that worked in the end somebody had blocked the bot in that time."""
        return all(self.was_blocked(who, way, since, rest.at) for way in self.of(who, rest.at) & rest.well)

    def title_of(self, who: str) -> str:
        """What notices call a person, or a group."""
        return self.titles.get(who, who)

    def was_blocked(self, who: str, channel: str, since: datetime, until: datetime) -> bool:
        """Whether somebody had blocked the bot on that channel in that time."""
        return any(start <= until and end >= since for start, end in self._blocked.get((who, channel), ()))


def _rest(entry: Entry) -> Rest:
    cut = {channel: datetime.fromisoformat(since) for channel, since in entry["cut"].items()}
    return Rest(datetime.fromisoformat(entry["true"]), entry["seq"], frozenset(entry["well"]), cut)


def _spans(journal: list[Entry], rests: Sequence[Rest]) -> Spans:
    """When somebody had blocked the bot, until it has heard that they let it in again.

    It hears that once the channel is well. Where the platform does not tell, it hears when they write, and then it
    answers.
    """
    found: dict[tuple[str, str], list[tuple[datetime, datetime]]] = defaultdict(list)
    silent: set[tuple[str, str]] = set()
    for each in journal:
        if each["what"] not in ("blocked", "unblocked", "said"):
            continue
        place, when = (each["who"], each["channel"]), datetime.fromisoformat(each["true"])
        if each["what"] == "blocked":
            if place in silent:  # it never heard
                silent.discard(place)
            else:
                found[place].append((when, END))
        elif each["what"] == "unblocked" and not each["told"]:
            silent.add(place)
        elif each["what"] == "unblocked" or place in silent:
            silent.discard(place)
            since, _ = found[place].pop()
            found[place].append((since, _heard_of(each, rests) if each["what"] == "unblocked" else when + _SECOND))
    return found


def _heard_of(entry: Entry, rests: Sequence[Rest]) -> datetime:
    """The first moment after it at which the bot had nothing left to do, and no fault was at work on the channel."""
    later = rests[bisect_right(rests, entry["seq"], key=lambda rest: rest.seq) :]
    return next((rest.at for rest in later if entry["channel"] in rest.well), END)
