"""What a command is: names, who may use it, a line of help, and the function that answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlmodel import Session

from plan_data.office import Office
from plan_data.workdays import ZONE
from records.audit import audit
from records.people import Person, Roster
from wording.message import Reply


class Who(Enum):
    """Who may use a command; the value completes the sentence "chỉ dành cho …"."""

    ANYONE = "mọi người"
    REGISTERED = "cán bộ đã đăng ký"
    OFFICE = "lãnh đạo và công chức CCHC"
    CLERK = "công chức CCHC"

    def admits(self, person: Person | None) -> bool:
        """Whether the person belongs to them."""
        if self is Who.ANYONE:
            return True
        if person is None or person.retired:
            return False
        if self is Who.REGISTERED:
            return True
        return person.is_clerk or (self is Who.OFFICE and person.is_leader)


@dataclass(frozen=True, slots=True)
class Request:
    """A command as one person gives it, inside the transaction of its effect.

    `who` is None for a stranger; commands for registered people use `person`. `sender` and `chat` are addresses
    of the channel; a topic of a group is "group/topic". `stand_ins`: who stands in today, by the number of who is
    away.
    """

    session: Session
    office: Office
    roster: Roster
    who: Person | None
    channel: str
    now: datetime
    args: str
    in_group: bool = False
    sender: str = ""
    chat: str = ""
    sender_name: str = ""
    chat_title: str = ""
    attachments: tuple[Mapping[str, Any], ...] = ()
    replied_text: str = ""
    stand_ins: Mapping[int, int] = field(default_factory=dict)

    @property
    def person(self) -> Person:
        """The registered person who gives it."""
        assert self.who is not None, "the command table lets only registered people in here"
        return self.who

    @property
    def absent(self) -> tuple[Person, ...]:
        """The colleagues for whom the person stands in today."""
        if self.person.id not in self.stand_ins.values():
            return ()
        return tuple(each for each in self.roster.active if self.stand_ins.get(each.id) == self.person.id)

    @property
    def held(self) -> frozenset[str]:
        """The roles for which the person answers today: the own ones, and those of absent colleagues."""
        return self.person.held.union(*(each.held for each in self.absent))

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(ZONE).date()

    def note_down(self, action: str, subject: str, detail: dict[str, Any] | None = None) -> None:
        """Write the audit trail."""
        audit(self.session, self.now, action, subject, self.person.id, self.channel, detail)


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its English and its Vietnamese name, both without diacritics.

    `anywhere`: it also works in a group that is not linked. `hidden`: it belongs to a button, no line of help.
    `fits` narrows `who` further; `whom` then completes the sentence "chỉ dành cho …".
    """

    name: str
    alias: str
    who: Who
    summary: str
    example: str
    run: Callable[[Request], Reply]
    anywhere: bool = False
    hidden: bool = False
    fits: Callable[[Request], bool] | None = None
    whom: str = ""

    def admits(self, request: Request) -> bool:
        """Whether the person who asks may use it."""
        return self.who.admits(request.who) and (self.fits is None or self.fits(request))

    @property
    def names(self) -> tuple[str, str]:
        """Both names."""
        return self.name, self.alias
