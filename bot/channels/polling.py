"""What every channel that is polled must know: when to stop for good, and who gives way to whom."""

from collections.abc import Callable

_SECONDS_A_CONFLICT = 5.0


class ChannelStopped(Exception):
    """A channel cannot go on: its token is wrong, or somebody else uses it. The sentence says what to do."""


class Rivals:
    """Two bots that poll one token interrupt each other. The older bears more conflicts, so the younger stops."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._started = monotonic()
        self._conflicts = 0

    def must_give_way(self) -> bool:
        """Another bot has interrupted us once more: whether we are the one to stop."""
        self._conflicts += 1
        return self._conflicts > (self._monotonic() - self._started) / _SECONDS_A_CONFLICT

    def forget(self) -> None:
        """A poll went well: nobody else is there."""
        self._conflicts = 0
