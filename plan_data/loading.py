"""Reading plan files: every mistake of every file is collected, with its entry and a sentence.

What only the whole file can tell (duplicates, references to nothing) is checked on the raw tables, so that an
entry with a mistake of its own neither hides another mistake nor brings forth a false one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from plan_data.data_files import IMPOSSIBLE_DAY, read_toml
from plan_data.periods import span_of
from plan_data.plan import Plan, Plans, Role, Section, Task
from plan_data.problems import Problem, problems_of
from plan_data.rules import Slug

PLANS_FOLDER = Path(__file__).with_name("plans")
Model = TypeVar("Model", bound=BaseModel)
Table = dict[str, Any]
_ROLE_NAME: TypeAdapter[str] = TypeAdapter(Slug)


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
        problems.append(Problem("PLAN", "", "chưa chọn kế hoạch nào; ví dụ: PLAN=2023-phuoc-hai."))
    problems += _shared_mistakes(plans)
    return Plans(tuple(plans)), problems


def load_file(path: Path) -> tuple[Plan | None, list[Problem]]:
    """Load one plan file; the plan is None when there is any mistake in it."""
    file = path.name
    raw, problems = read_toml(path, f"không mở được tệp kế hoạch; các kế hoạch có sẵn: {_shipped()}.")
    if raw is None:
        return None, problems
    head = _table(raw, "plan", file, problems)
    declared = _table(raw, "roles", file, problems)
    roles = dict(_roles(declared, file, problems))
    sections = _entries(Section, raw, "section", file, problems)
    tasks = _entries(Task, raw, "task", file, problems)
    unknown = [key for key in raw if key not in {"plan", "roles", "section", "task"}]
    unknown += [f"plan.{key}" for key in head if key in {"roles", "sections", "tasks"}]
    problems += [Problem(file, key, "không có mục nào mang tên này; xem lại chính tả.") for key in unknown]
    plan = None
    if isinstance(raw.get("plan"), dict):
        plan = _read(Plan, {**head, "roles": roles, "sections": sections, "tasks": tasks}, file, "plan", problems)
    problems += [*_role_mistakes(declared, file), *_task_mistakes(raw, declared, file), *_day_mistakes(raw, file)]
    return (None if problems else plan), problems


def _path(name: str) -> Path:
    shipped = PLANS_FOLDER / f"{name}.toml"
    return shipped if shipped.exists() else Path(name)


def _shipped() -> str:
    return ", ".join(sorted(path.stem for path in PLANS_FOLDER.glob("*.toml"))) or "chưa có"


def _table(raw: Table, key: str, file: str, problems: list[Problem]) -> Table:
    value = raw.get(key)
    if isinstance(value, dict):
        return value
    problems.append(Problem(file, key, f"phải viết thành bảng [{key}]." if key in raw else f"thiếu bảng [{key}]."))
    return {}


def _roles(declared: Table, file: str, problems: list[Problem]) -> Iterator[tuple[str, Role]]:
    for key, value in declared.items():
        role = _read(Role, value, file, f"roles.{key}", problems)
        try:
            _ROLE_NAME.validate_python(key)
        except ValidationError as error:
            problems += problems_of(error, file, f"roles.{key}")
        else:
            if role is not None:
                yield key, role


def _entries(model: type[Model], raw: Table, name: str, file: str, problems: list[Problem]) -> list[Model]:
    entries = raw.get(name)
    if not entries:
        problems.append(Problem(file, name, f"chưa có mục [[{name}]] nào."))
        return []
    if not isinstance(entries, list):
        problems.append(Problem(file, name, f"phải viết thành các mục [[{name}]]."))
        return []
    read: list[Model] = []
    for number, value in enumerate(entries, start=1):
        code = value.get("code") if isinstance(value, dict) else None
        place = code if isinstance(code, str) and code else f"{name} thứ {number}"
        entry = _read(model, value, file, place, problems)
        if entry is not None:
            read.append(entry)
    return read


def _read(model: type[Model], value: object, file: str, entry: str, problems: list[Problem]) -> Model | None:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems += problems_of(error, file, entry, value)
        return None


def _role_mistakes(declared: Table, file: str) -> Iterator[Problem]:
    roles = {key: role for key, role in declared.items() if isinstance(role, dict)}
    for key, role in roles.items():
        for name in _undeclared([*_names(role, "includes"), *_names(role, "without")], declared):
            yield Problem(file, f"roles.{key}", f"vị trí “{name}” chưa được khai báo trong [roles].")
    if not any(role.get("function") == "clerk" for role in roles.values()):
        yield Problem(file, "roles", 'cần ít nhất một vị trí có function = "clerk".')


def _task_mistakes(raw: Table, declared: Table, file: str) -> Iterator[Problem]:
    tasks, sections = _tables(raw, "task"), _codes(_tables(raw, "section"))
    for code in _repeated(_codes(tasks)):
        yield Problem(file, code, "mã nhiệm vụ bị trùng.")
    for code in _repeated(sections):
        yield Problem(file, code, "mã phần bị trùng.")
    for task in tasks:
        code, rules = str(task.get("code", "task")), _tables(task, "rules")
        section = code.rpartition(".")[0]
        if section and section not in sections:
            yield Problem(file, code, f"phần “{section}” chưa được khai báo bằng [[section]].")
        used = [name for key in ("lead", "support", "monitor") for name in _names(task, key)]
        for name in _undeclared([*used, *(name for rule in rules for name in _names(rule, "lead"))], declared):
            yield Problem(file, code, f"vị trí “{name}” chưa được khai báo trong [roles].")
        for rule in _repeated(str(rule["id"]) for rule in rules if "id" in rule):
            yield Problem(file, f"{code}.{rule}", "mã quy tắc bị trùng trong cùng nhiệm vụ.")


def _day_mistakes(raw: Table, file: str) -> Iterator[Problem]:
    """Fixed days far from the plan's year: a slip of the pen, since nobody would ever be reminded of them."""
    head = raw.get("plan")
    year = head.get("year") if isinstance(head, dict) else None
    if not isinstance(year, int):
        return
    for task in _tables(raw, "task"):
        for rule in _tables(task, "rules"):
            for day in _fixed_days(rule):
                if day.year not in (year, year + 1) and day != IMPOSSIBLE_DAY:
                    place = f"{task.get('code', 'task')}.{rule.get('id', 'rules')}"
                    yield Problem(
                        file, place, f"ngày {day:%d/%m/%Y} nằm ngoài năm {year} và {year + 1} của kế hoạch."
                    )


def _fixed_days(rule: Table) -> Iterator[date]:
    days = [rule.get("day"), *(point.get("day") for point in _tables(rule, "points"))]
    yield from (day for day in days if isinstance(day, date))
    try:
        yield span_of(str(rule.get("only")))[1]
    except ValueError:
        return  # none, or one that the rule itself reports


def _shared_mistakes(plans: list[Plan]) -> Iterator[Problem]:
    """Plans that run side by side must agree on what a role is."""
    for name in _repeated(plan.id for plan in plans):
        yield Problem("PLAN", name, "có hơn một kế hoạch mang mã này; chỉ giữ lại một.")
    first: dict[str, Plan] = {}
    for plan in plans:
        for key, role in plan.roles.items():
            other = first.setdefault(key, plan)
            if other.roles[key] != role:
                yield Problem(plan.id, f"roles.{key}", f"vị trí này được khai báo khác với kế hoạch “{other.id}”.")


def _tables(table: Table, key: str) -> list[Table]:
    value = table.get(key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _names(table: Table, key: str) -> list[str]:
    value = table.get(key)
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _codes(tables: list[Table]) -> list[str]:
    return [code for table in tables if isinstance(code := table.get("code"), str)]


def _undeclared(names: Iterable[str], declared: Table) -> list[str]:
    return sorted(set(names) - declared.keys())


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
