"""Reading plan files: every mistake of every file is collected, with its entry and a sentence."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from plan_data.plan import Plan, Plans, Role, Section, Task
from plan_data.problems import Problem, problems_of
from plan_data.rules import FixedDay, Milestones

PLANS_FOLDER = Path(__file__).with_name("plans")
Model = TypeVar("Model", bound=BaseModel)


def load(names: Iterable[str]) -> tuple[Plans, list[Problem]]:
    """Load plans by name (a file of `plans/`) or by path; returns what could be read and every mistake.

    Nobody may use the plans while the list of mistakes is not empty.
    """
    plans: list[Plan] = []
    problems: list[Problem] = []
    for name in names:
        plan, found = load_file(_path(name))
        problems += found
        if plan is not None:
            plans.append(plan)
    if not plans and not problems:
        problems.append(Problem("PLAN", "", "chưa chọn kế hoạch nào; ví dụ đúng: PLAN=2023-phuoc-hai."))
    problems += _shared_mistakes(plans)
    return Plans(tuple(plans)), problems


def load_file(path: Path) -> tuple[Plan | None, list[Problem]]:
    """Load one plan file; the plan is None when there is any mistake in it."""
    file = path.name
    try:
        raw = tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError:
        return None, [Problem(file, "", f"không mở được tệp kế hoạch; các kế hoạch có sẵn: {_shipped()}.")]
    except UnicodeDecodeError:
        return None, [Problem(file, "", "tệp không phải UTF-8; hãy lưu lại dạng UTF-8.")]
    except tomllib.TOMLDecodeError as error:
        return None, [Problem(file, "", f"không đọc được TOML, kể cả khi một ngày không có thật ({error}).")]
    problems: list[Problem] = []
    head = _table(raw, "plan", file, problems)
    roles = {
        key: role
        for key, value in _table(raw, "roles", file, problems).items()
        if (role := _read(Role, value, file, f"roles.{key}", problems)) is not None
    }
    sections = _entries(Section, raw.get("section", []), file, "section", problems)
    tasks = _entries(Task, raw.get("task", []), file, "task", problems)
    problems += [
        Problem(file, key, "không có mục nào mang tên này; xem lại chính tả.")
        for key in raw.keys() - {"plan", "roles", "section", "task"}
    ]
    plan = _read(Plan, {**head, "roles": roles, "sections": sections, "tasks": tasks}, file, "plan", problems)
    if plan is not None:
        problems += list(_mistakes(plan, file))
    return (None if problems else plan), problems


def _path(name: str) -> Path:
    shipped = PLANS_FOLDER / f"{name}.toml"
    return shipped if shipped.exists() else Path(name)


def _shipped() -> str:
    return ", ".join(sorted(path.stem for path in PLANS_FOLDER.glob("*.toml")))


def _table(raw: dict[str, Any], key: str, file: str, problems: list[Problem]) -> dict[str, Any]:
    value = raw.get(key)
    if isinstance(value, dict):
        return value
    problems.append(Problem(file, key, f"thiếu bảng [{key}]."))
    return {}


def _entries(model: type[Model], raw: object, file: str, name: str, problems: list[Problem]) -> list[Model]:
    if not isinstance(raw, list):
        problems.append(Problem(file, name, f"phải viết thành các mục [[{name}]]."))
        return []
    read = (
        _read(model, value, file, str(value.get("code", f"{name} thứ {number}")), problems)
        for number, value in enumerate(raw, start=1)
    )
    return [entry for entry in read if entry is not None]


def _read(model: type[Model], value: object, file: str, entry: str, problems: list[Problem]) -> Model | None:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems += problems_of(error, file, entry)
        return None


def _mistakes(plan: Plan, file: str) -> Iterator[Problem]:
    """What only the whole plan can tell: duplicates, references to nothing, dates far from the plan's year."""
    for code in _repeated(task.code for task in plan.tasks):
        yield Problem(file, code, "mã nhiệm vụ bị trùng.")
    sections = {section.code for section in plan.sections}
    for code in _repeated(section.code for section in plan.sections):
        yield Problem(file, code, "mã phần bị trùng.")
    for key, role in plan.roles.items():
        for name in sorted({*role.includes, *role.without} - plan.roles.keys()):
            yield Problem(file, f"roles.{key}", f"vị trí “{name}” chưa được khai báo trong [roles].")
    if not any(role.function == "clerk" for role in plan.roles.values()):
        yield Problem(file, "roles", 'cần ít nhất một vị trí có function = "clerk".')
    for task in plan.tasks:
        if task.section not in sections:
            yield Problem(file, task.code, f"phần “{task.section}” chưa được khai báo bằng [[section]].")
        for name in sorted(_roles_used(task) - plan.roles.keys()):
            yield Problem(file, task.code, f"vị trí “{name}” chưa được khai báo trong [roles].")
        for rule in _repeated(rule.id for rule in task.rules):
            yield Problem(file, f"{task.code}.{rule}", "mã quy tắc bị trùng trong cùng nhiệm vụ.")
        for rule, day in _fixed_days(task):
            if day.year not in (plan.year, plan.year + 1):
                yield Problem(
                    file, f"{task.code}.{rule}", f"ngày {day:%d/%m/%Y} không thuộc kế hoạch năm {plan.year}."
                )


def _shared_mistakes(plans: list[Plan]) -> Iterator[Problem]:
    """Plans that run side by side must agree on what a role is."""
    for name in _repeated(plan.id for plan in plans):
        yield Problem("PLAN", name, "hai kế hoạch cùng mã.")
    roles: dict[str, Role] = {}
    for plan in plans:
        for key, role in plan.roles.items():
            if roles.setdefault(key, role) != role:
                yield Problem(plan.id, f"roles.{key}", "vị trí này được khai báo khác với kế hoạch kia.")


def _roles_used(task: Task) -> set[str]:
    return {*task.lead, *task.support, *task.monitor, *(name for rule in task.rules for name in rule.lead)}


def _fixed_days(task: Task) -> Iterator[tuple[str, date]]:
    for rule in task.rules:
        if isinstance(rule, FixedDay):
            yield rule.id, rule.day
        elif isinstance(rule, Milestones):
            yield from ((rule.id, point.day) for point in rule.points)


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
