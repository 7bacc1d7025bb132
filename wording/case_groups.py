"""Cases as a group may hear of them: code, procedure, officer, time left; of sensitive fields of law only counts."""

from collections.abc import Iterable, Sequence

from plan_data.case_policy import CasePolicy
from plan_data.cases import Standing
from records.cases import Case
from wording.cases import View, mark_of, masked_line, state_of
from wording.message import Block, Reply, cut, folded

MOST = 12
_SHORT = 50


def is_sensitive(case: Case, policy: CasePolicy) -> bool:
    """Whether the case must not be named in a group."""
    return policy.is_sensitive(folded(case.listed.procedure), folded(case.listed.field))


def group_listing(title: str, cases: Sequence[Case], view: View, policy: CasePolicy) -> Reply:
    """A list that may stand in a group."""
    return Reply((Block(f"🗂 {title}: {len(cases)} hồ sơ", heading=True), *by_officer(cases, view, policy)))


def by_officer(cases: Iterable[Case], view: View, policy: CasePolicy) -> list[Block]:
    """Cases by officer, the officer with the worst one first; at most so many, then "và N hồ sơ nữa"."""
    ordered = sorted(cases, key=lambda case: (case.standing is Standing.FINISHED, case.due or view.now, case.id))
    groups: dict[str, list[Case]] = {}
    for case in ordered:
        groups.setdefault(view.officer(case), []).append(case)
    blocks: list[Block] = []
    shown = 0
    for officer, own in groups.items():
        named = [case for case in own if not is_sensitive(case, policy)]
        hidden = [case for case in own if is_sensitive(case, policy)]
        if shown >= MOST:
            break
        taken = named[: MOST - shown]
        shown += len(taken) + len(hidden)
        blocks.append(Block(f"👤 {officer}"))
        blocks += [Block(_line(case, view)) for case in taken]
        if hidden:
            blocks.append(Block(masked_line(hidden, view)))
    left = len(ordered) - shown
    return [*blocks, Block(f"… và {left} hồ sơ nữa.")] if left > 0 else blocks


def _line(case: Case, view: View) -> str:
    name = cut(case.listed.procedure, _SHORT)
    return f"{mark_of(case, view.now)} {case.code} · {name} · {state_of(case, view)}"
