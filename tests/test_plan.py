"""The plan model: who holds which roles, and how tasks and rules are found."""

import pytest

from plan_data.plan import Plans, Role
from tests.builders import plan, plans_with_roles, rule


def role(**fields: object) -> Role:
    """A role with these rights."""
    return Role.model_validate({"name": "Vị trí", "short": "VT", **fields})


ROLES = plans_with_roles(
    leaders=role(function="leader", includes=["chairman"]),
    chairman=role(),
    ward=role(includes=["office"]),
    office=role(includes=["clerk"]),
    clerk=role(function="clerk"),
    staff=role(everyone=True, without=["leaders"]),
    readers=role(includes=["staff"]),
)


@pytest.mark.parametrize(
    ("own", "held"),
    [
        ([], ["readers", "staff"]),
        (["ward"], ["readers", "staff", "ward"]),
        (["office"], ["office", "readers", "staff", "ward"]),
        (["clerk"], ["clerk", "office", "readers", "staff", "ward"]),
        (["leaders"], ["leaders"]),
        (["chairman"], ["chairman", "leaders"]),
        (["leaders", "staff"], ["leaders", "readers", "staff"]),
        (["gone"], ["gone", "readers", "staff"]),
    ],
)
def test_held_roles_follow_includes_and_everyone(own: list[str], held: list[str]) -> None:
    assert sorted(ROLES.held_roles(frozenset(own))) == held


def test_held_roles_follow_a_long_chain_against_the_order_of_the_file() -> None:
    chain = {f"r{n}": role(includes=[f"r{n + 1}"]) for n in range(20)}
    found = plans_with_roles(**chain, r20=role()).held_roles(frozenset({"r20"}))
    assert found == {f"r{n}" for n in range(21)}


def test_held_roles_end_in_a_circle_of_includes() -> None:
    circle = plans_with_roles(a=role(includes=["b"]), b=role(includes=["c"]), c=role(includes=["a"]), d=role())
    assert circle.held_roles(frozenset({"a"})) == {"a", "b", "c"}


def test_held_roles_are_those_of_all_plans() -> None:
    both = Plans((*plans_with_roles(a=role()).all, *plans_with_roles(b=role(includes=["a"])).all))
    assert both.held_roles(frozenset({"a"})) == {"a", "b"}


@pytest.mark.parametrize(
    ("own", "clerk", "leader"),
    [
        ([], False, False),
        (["clerk"], True, False),
        (["leaders"], False, True),
        (["ward", "clerk", "leaders"], True, True),
        (["chairman", "gone"], False, False),
    ],
)
def test_has_function_asks_these_roles_and_no_others(own: list[str], clerk: bool, leader: bool) -> None:
    roles = frozenset(own)
    assert (ROLES.has_function(roles, "clerk"), ROLES.has_function(roles, "leader")) == (clerk, leader)


def test_has_function_reaches_a_holder_through_held_roles() -> None:
    held = ROLES.held_roles(frozenset({"chairman"}))
    assert (ROLES.has_function(held, "clerk"), ROLES.has_function(held, "leader")) == (False, True)


def test_plans_find_a_rule_by_its_names() -> None:
    one = plan(rule("weekly", id="hop", weekday="fri"), rule("continuous", id="theo-doi"))
    plans = Plans((one,))
    assert plans.rule("2023-thu", "I.1", "theo-doi") == (one, one.tasks[0], one.tasks[0].rules[1])
    assert [
        plans.rule(*names)
        for names in (("2024", "I.1", "hop"), ("2023-thu", "I.2", "hop"), ("2023-thu", "I.1", "khac"))
    ] == [None, None, None]


def test_plans_list_their_tasks_each_with_its_plan() -> None:
    one, two = plan(rule("continuous")), plan(rule("continuous"), id="2023-khac")
    plans = Plans((one, two))
    assert list(plans.tasks()) == [(one, one.tasks[0]), (two, two.tasks[0])]
    assert plans.by_id == {"2023-thu": one, "2023-khac": two}


def test_task_knows_its_section_and_its_plan_finds_it_by_code() -> None:
    one = plan(rule("continuous"))
    assert (one.by_code, one.tasks[0].section) == ({"I.1": one.tasks[0]}, "I")
