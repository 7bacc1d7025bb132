"""Signs of life of the running bot, kept in memory; the upkeep writes them down and acts on them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.clock import Clock
from records.vital_signs import VitalSigns

TICK_LATE = timedelta(minutes=5)
POLL_LATE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Silence:
    """A channel did not answer in that time."""

    channel: str
    since: datetime
    until: datetime


@dataclass
class Vitals:
    """When a tick last ended, when each channel last answered a poll, and since when the bot has been listening."""

    clock: Clock
    ticked_at: datetime = field(init=False)
    back_at: datetime = field(init=False)
    polled_at: dict[str, datetime] = field(default_factory=dict)
    over: list[Silence] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ticked_at = self.back_at = self.clock()

    def begin(self) -> None:
        """The work begins now: until then others did it, and nothing was silent."""
        self.ticked()
        self.polled_at = dict.fromkeys(self.polled_at, self.ticked_at)

    def ticked(self) -> None:
        """A look at what is due has ended. When the clock was set back, nothing was silent in times to come."""
        now = self.clock()
        if now < self.ticked_at:
            self.back_at = min(self.back_at, now)
            self.polled_at = {channel: min(at, now) for channel, at in self.polled_at.items()}
        self.ticked_at = now

    def polls_of(self, channel: str) -> Callable[[], None]:
        """To be called whenever the channel has answered a poll; from now on its silence is noticed."""
        self.polled_at[channel] = self.clock()
        return lambda: self._polled(channel)

    def laid_off(self, channel: str) -> None:
        """The channel has stopped for good, and the clerk knows: its silence says nothing new."""
        self.polled_at.pop(channel, None)

    def _polled(self, channel: str) -> None:
        before, now = self._silent_since(channel), self.clock()
        if now - before > POLL_LATE:
            self.over.append(Silence(channel, before, now))
        self.polled_at[channel] = now

    def was_away(self, since: datetime) -> None:
        """From then until now the bot itself did nothing: no silence of a channel in that time is news."""
        self.back_at = self.clock()
        for silence in [each for each in self.over if each.until > since]:
            self.over.remove(silence)

    def _silent_since(self, channel: str) -> datetime:
        return max(self.polled_at[channel], self.back_at)

    def silences_that_are_over(self) -> list[Silence]:
        """Those since the last call."""
        over, self.over = self.over, []
        return over

    def silent_now(self) -> list[Silence]:
        """The channels that have not answered for so long that somebody should know."""
        now = self.clock()
        silent = [Silence(name, self._silent_since(name), now) for name in list(self.polled_at)]
        return [each for each in silent if now - each.since > POLL_LATE]

    @property
    def signs(self) -> VitalSigns:
        """As they are now."""
        return VitalSigns(self.ticked_at, dict(self.polled_at))

    def is_ticking(self) -> bool:
        """Whether the bot still looks at what is due."""
        return abs(self.clock() - self.ticked_at) < TICK_LATE

    def is_well(self) -> bool:
        """Whether it ticks and every channel answers."""
        now = self.clock()
        return self.is_ticking() and all(abs(now - at) < POLL_LATE for at in self.polled_at.values())
