"""Composing the digest of one recipient from the alerts it is to hear and the records as they are now.

The same function writes a digest the first time and again when something in it has been done, so a pending
message never speaks of finished work and a posted one can be ticked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from jobs.decide import INFORMING, PAPERS, Reason, is_too_late, name_of
from jobs.stand_ins import absent_holders, answers_for, owing_of
from plan_data.office import Office
from plan_data.plan import Deadline, Role
from plan_data.workdays import ZONE
from records import alerts, completions, deadlines, outbox, pushes
from records.alerts import Said
from records.completions import WHOLE, Completion
from records.deadlines import Item
from records.people import Person, Roster, groups
from records.pushes import Posted
from wording.alerts import Line, Quiet, Shares, digest, done_since
from wording.message import Reply

# A message older than this is not edited any more: nobody scrolls back that far.
_EDIT_FOR = timedelta(days=7)
_EDIT_SHARES_FOR = timedelta(hours=24)


def compose(
    session: Session, office: Office, people: Roster, said: Sequence[Said], said_at: datetime, dropped: int = 0
) -> Reply | None:
    """The message that says these alerts to their recipient; None when there is nothing in it."""
    items = deadlines.many(session, office.plans, {each.deadline_id for each in said if each.deadline_id})
    shares = shares_of(session, people, items.values())
    to_group = bool(said) and said[0].recipient.startswith("group:")
    whom = answers_for(session, said[0].recipient, said_at) if said else frozenset()
    own = _own(session, people, items, whom)
    lines = [
        Line(
            item=items[number] if each.reason == Reason.ESCALATED else own[number],
            reason=each.reason,
            at=each.at,
            holders=holders(office, people, items[number].deadline.lead),
            shares=shares.get(number) if to_group or each.reason == Reason.ESCALATED else None,
            stands_in_for=_absent(people, items[number].deadline, each, whom, shares.get(number)),
        )
        for number, each in _latest(each for each in said if each.deadline_id in items)
    ]
    newest = {each.subject: each for each in sorted(said, key=lambda each: each.at)}
    quiet = [found for each in newest.values() if (found := _quiet(office, people, each))]
    if not lines and not quiet:
        return None
    lines.sort(key=lambda line: (line.item.deadline.last_day, line.item.deadline.id))
    return digest(lines, quiet, said_at, office, to_group, dropped)


def _own(session: Session, people: Roster, items: Mapping[int, Item], whom: frozenset[int]) -> dict[int, Item]:
    """As the recipient sees them: of a duty that everybody owes, the own share and those of absent colleagues."""
    owed = [item.deadline for item in items.values() if item.deadline.rule.each and whom]
    current = completions.current_of(session, [deadline.id for deadline in owed])
    done = {}
    for deadline in owed:
        shares = {each.share_of: each.done_on for each in current.get(deadline.id, [])}
        own = owing_of(people, deadline, whom) or whom
        if WHOLE in shares or own <= shares.keys():
            done[deadline.id] = max(day for share, day in shares.items() if share == WHOLE or share in own)
    return {key: replace(item, done_on=done.get(key, item.done_on)) for key, item in items.items()}


def _absent(
    people: Roster, deadline: Deadline, said: Said, whom: frozenset[int], shares: Shares | None
) -> tuple[str, ...]:
    """The colleagues for whom the recipient hears of it; names."""
    if len(whom) < 2 or said.reason == Reason.ESCALATED:
        return ()
    recipient = int(said.recipient.partition(":")[2])
    names = [person.name for person in absent_holders(people, deadline, recipient, whom)]
    return tuple(name for name in names if shares is None or name in shares.missing)


def _latest(said: Iterable[Said]) -> list[tuple[int, Said]]:
    """The newest alert about each deadline, and beside it what informs; what is one's own is not reported up."""
    in_order = sorted(said, key=lambda each: (each.at, each.reason != Reason.ESCALATED))
    found = {(each.deadline_id or 0, each.reason if each.reason in INFORMING else ""): each for each in in_order}
    return [(number, each) for (number, _), each in found.items()]


def is_picture(said: Iterable[Said]) -> bool:
    """Whether these alerts are a paper, such as the picture of a month, which stays as it was written."""
    return any(each.reason in PAPERS for each in said)


def refresh(
    session: Session, office: Office, people: Roster, deadline_id: int, now: datetime, *, whole: bool = True
) -> None:
    """A deadline's outcome has changed: mend or drop what is queued about it, mark what was posted for an edit.

    When only one person's share has changed (`whole` is false), just the messages of the last day are edited.
    """
    for message in pushes.about(session, deadline_id, now - (_EDIT_FOR if whole else _EDIT_SHARES_FOR)):
        said = alerts.of_message(session, message.id)
        if is_picture(said) or not _may_be_told(session, people, said):
            continue
        if message.state == "pending":
            said = still_worth_saying(session, office, people, said, message.created_at)
        reply = compose(session, office, people, said, message.created_at)
        _rewrite(session, message, reply, "đã hoàn thành hoặc đã dời hạn trước khi gửi", now)


def drop_what_is_over(session: Session, office: Office, people: Roster, now: datetime) -> None:
    """What has waited too long does not call a day the last that is over; with nothing else in it, it goes."""
    for message in pushes.all_waiting(session):
        said = alerts.of_message(session, message.id)
        still = still_worth_saying(session, office, people, said, now)
        if not is_picture(said) and still != list(said):
            reply = compose(session, office, people, still, message.created_at)
            _rewrite(session, message, reply, "đã quá lúc cần nhắc", now)


def _rewrite(session: Session, message: Posted, reply: Reply | None, why: str, now: datetime) -> None:
    """A repetition stays marked as one."""
    if reply is None:
        outbox.drop(session, message.id, why, now)
    else:
        outbox.revise(session, message.id, (reply.again() if message.again else reply).to_dict())


def with_news(session: Session, recipient: str, reply: Reply, now: datetime) -> Reply:
    """The next digest tells what was done since the last ones, where those could not be edited."""
    changed = pushes.not_edited(session, recipient, now - _EDIT_FOR)
    blocks = [block for body, told in changed for block in body["blocks"] if block not in told]
    return done_since(reply, [text for text, _heading in blocks])


def _may_be_told(session: Session, people: Roster, said: Sequence[Said]) -> bool:
    """Who has left the office and what is no longer a linked group hear nothing more, not even by an edit."""
    kind, _, number = said[0].recipient.partition(":") if said else ("", "", "")
    if kind == "person":
        return any(person.id == int(number) for person in people.active)
    return kind != "group" or any(group.id == int(number) for group in groups(session))


def still_worth_saying(
    session: Session, office: Office, people: Roster, said: Sequence[Said], now: datetime
) -> list[Said]:
    """Without what has been done, moved to another day or withdrawn since, and what it is too late for."""
    items = deadlines.many(session, office.plans, {each.deadline_id for each in said if each.deadline_id})
    own = _own(session, people, items, answers_for(session, said[0].recipient, now) if said else frozenset())
    return [each for each in said if each.deadline_id is None or _holds(each, own.get(each.deadline_id), now)]


def _holds(said: Said, item: Item | None, now: datetime) -> bool:
    if item is None or item.withdrawn or not said.key.startswith(f"{name_of(item.deadline)}|"):
        return False
    return said.reason in INFORMING or not (item.is_done or is_too_late(item, said.reason, said.at, now))


def shares_of(session: Session, people: Roster, items: Iterable[Item]) -> dict[int, Shares]:
    """Who has done their share and who has not, for those of the deadlines that everybody owes."""
    owed = [item.deadline for item in items if item.deadline.rule.each]
    current = completions.current_of(session, [deadline.id for deadline in owed])
    return {deadline.id: _shares(deadline, people, current.get(deadline.id, [])) for deadline in owed}


def _shares(deadline: Deadline, people: Roster, current: Sequence[Completion]) -> Shares:
    owing = people.owing(deadline.lead, deadline.last_day)
    done = {each.share_of for each in current}
    if WHOLE in done:
        return Shares(tuple(person.name for person in owing), ())
    return Shares(
        tuple(person.name for person in owing if person.id in done),
        tuple(person.name for person in owing if person.id not in done),
    )


def holders(office: Office, people: Roster, roles: Sequence[str]) -> str:
    """Who answers for it: the roles' short names, with the person's name where just one holds the role."""
    return ", ".join(_holder(office.plans.roles[role], people.holders((role,))) for role in roles)


def _holder(role: Role, people: Sequence[Person]) -> str:
    if len(people) == 1 and people[0].name not in (role.name, role.short):
        return f"{role.short}: {people[0].name}"
    return role.short


def _quiet(office: Office, people: Roster, said: Said) -> Quiet | None:
    if said.reason != Reason.SILENT:
        return None
    plan, task, rule = said.subject.split("/")
    found = office.plans.rule(plan, task, rule)
    if found is None:
        return None
    last_heard = said.at.astimezone(ZONE).date() - timedelta(days=said.number)
    return Quiet(task, found[1].short, last_heard, holders(office, people, found[1].lead_of(found[2])))
