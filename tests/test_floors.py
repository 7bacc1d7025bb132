"""The law of the house: imports go down, in plain sight, and only the roof reads the clock and the environment."""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("plan_data", "records", "wording", "jobs", "bot")
LONGEST = 280
HISTORY = "records/migrations/versions/"  # a migration that has run somewhere is never touched again
READERS = ("bot/clock.py", "bot/settings.py")
CLOCK_AND_ENVIRONMENT = {
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "os.environ",
    "os.environb",
    "os.getenv",
}
BY_NAME = {"__import__", "builtins.__import__", "importlib.import_module", "importlib.__import__"}
Import = ast.Import | ast.ImportFrom


def mistakes(house: Mapping[str, str]) -> list[str]:
    """Every breach of the law in the modules of the house (path -> source)."""
    trees = {path: ast.parse(source) for path, source in house.items()}
    known = {_module(path): path for path in house}
    found = [
        f"{path}: {len(source.splitlines())} lines, more than {LONGEST}"
        for path, source in house.items()
        if len(source.splitlines()) > LONGEST and not path.startswith(HISTORY)
    ]
    for path, tree in trees.items():
        found += [
            f"{path}:{line}: {what}" for line, what in sorted({*_import_mistakes(path, tree), *_uses(path, tree)})
        ]
    graph = {
        path: {known[target] for node, _ in _imports(tree) for target in _targets(node, known) if target in known}
        for path, tree in trees.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found.append(f"import cycle: {' <- '.join(error.args[1])}")
    return found


def _import_mistakes(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    floor = FLOORS.index(path.split("/")[0])
    for node, hidden_in in _imports(tree):
        if hidden_in:
            yield node.lineno, f"import hidden in {hidden_in}"
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node.lineno, "relative import"
        for target in _targets(node, {}):
            room = target.split(".")[0]
            if room == "tests" or room in FLOORS[floor + 1 :]:
                yield node.lineno, f"imports {room} from below"


def _imports(node: ast.AST, hidden_in: str = "") -> Iterator[tuple[Import, str]]:
    """Every import, and what hides it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Import):
            yield child, hidden_in
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _imports(child, "a function")
        elif isinstance(child, ast.ClassDef):
            yield from _imports(child, hidden_in or "a class")
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            yield from _imports(child, hidden_in or "TYPE_CHECKING")
        else:
            yield from _imports(child, hidden_in)


def _targets(node: Import, known: Mapping[str, str]) -> list[str]:
    """The modules that an import loads; `from room import name` is a module where there is one of that name."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if node.level:
        return []
    names = [f"{node.module}.{alias.name}" for alias in node.names]
    return [name if name in known else str(node.module) for name in names]


def _uses(path: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Reading the clock or the environment, and loading modules by a name that no test can see."""
    bound: dict[str, str] = {}
    for node, _ in _imports(tree):
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                bound[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            elif alias.asname:
                bound[alias.asname] = alias.name
    for each in ast.walk(tree):
        if not isinstance(each, ast.Attribute | ast.Name):
            continue
        first, _, rest = ast.unparse(each).partition(".")
        name = ".".join(part for part in (bound.get(first, first), rest) if part)
        if name in BY_NAME:
            yield each.lineno, f"loads a module by name with {name}"
        if name in CLOCK_AND_ENVIRONMENT and path not in READERS:
            yield each.lineno, f"reads {name}"


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def test_house_keeps_its_law() -> None:
    house = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for room in FLOORS
        for path in sorted((ROOT / room).rglob("*.py"))
    }
    assert [room for room in FLOORS if f"{room}/__init__.py" not in house] == []
    assert mistakes(house) == []


def test_house_that_imports_downwards_in_plain_sight_has_no_mistakes() -> None:
    house = {
        "plan_data/__init__.py": '"""Floor 1."""',
        "plan_data/days.py": "from datetime import date, datetime\nimport os.path\nday = date(2023, 1, 1)",
        "plan_data/rules.py": "from plan_data import days\nfrom plan_data.days import day",
        "records/tables.py": "import plan_data.rules\nimport time\nstarted = time.monotonic()",
        "wording/dates.py": "from records.tables import started",
        "jobs/decide.py": "try:\n    from wording import dates\nexcept ImportError:\n    dates = None",
        "jobs/tick.py": "from jobs import decide\nfrom datetime import datetime\ndef tick(clock): return clock.now()",
        "bot/clock.py": "from datetime import UTC, datetime\ndef now(): return datetime.now(UTC)",
        "bot/settings.py": "import os\nhome = os.environ['HOME']",
        "bot/long.py": "\n" * LONGEST,
        "records/migrations/versions/first.py": "\n" * LONGEST * 2,
        "bot/commands/__init__.py": "from bot.commands import done",
        "bot/commands/done.py": "from bot.clock import now\nfrom jobs import decide",
    }
    assert mistakes(house) == []


@pytest.mark.parametrize(
    ("path", "source", "mistake"),
    [
        ("plan_data/a.py", "from records.tables import Row", ":1: imports records from below"),
        ("plan_data/a.py", "import bot", ":1: imports bot from below"),
        ("records/a.py", "x = 1\nimport wording.dates as d", ":2: imports wording from below"),
        ("records/migrations/versions/a.py", "from jobs import tick", ":1: imports jobs from below"),
        ("wording/a.py", "from jobs.decide import due", ":1: imports jobs from below"),
        ("jobs/a.py", "try:\n    import bot.clock\nexcept ImportError:\n    pass", ":2: imports bot from below"),
        ("bot/a.py", "from tests.builders import day", ":1: imports tests from below"),
        ("bot/a.py", "def f():\n    import json", ":2: import hidden in a function"),
        ("bot/a.py", "async def f():\n    if f:\n        from json import loads", ":3: import hidden in a function"),
        ("bot/a.py", "class A:\n    def f(self):\n        import json", ":3: import hidden in a function"),
        ("bot/a.py", "class A:\n    import json", ":2: import hidden in a class"),
        (
            "bot/a.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import json",
            ":3: import hidden in TYPE_CHECKING",
        ),
        (
            "bot/a.py",
            "import typing as t\nif t.TYPE_CHECKING:\n    import json",
            ":3: import hidden in TYPE_CHECKING",
        ),
        ("bot/a.py", "from . import b", ":1: relative import"),
        ("bot/commands/a.py", "from ..clock import now", ":1: relative import"),
        ("bot/a.py", "from importlib import import_module", ""),
        (
            "bot/a.py",
            "import importlib\njson = importlib.import_module('json')",
            ":2: loads a module by name with importlib.import_module",
        ),
        ("bot/a.py", "json = __import__('json')", ":1: loads a module by name with __import__"),
        ("bot/a.py", "\n" * 280 + "x = 1", ": 281 lines, more than 280"),
        ("records/migrations/env.py", "\n" * 280 + "x = 1", ": 281 lines, more than 280"),
        ("jobs/a.py", "from datetime import datetime\nx = datetime.now()", ":2: reads datetime.datetime.now"),
        ("jobs/a.py", "import datetime\nx = datetime.datetime.now()", ":2: reads datetime.datetime.now"),
        ("jobs/a.py", "import datetime as d\nx = d.date.today", ":2: reads datetime.date.today"),
        ("bot/a.py", "from datetime import date as day\nx = [day.today()]", ":2: reads datetime.date.today"),
        ("bot/a.py", "from datetime import datetime as dt\nx = dt.utcnow()", ":2: reads datetime.datetime.utcnow"),
        ("bot/a.py", "from time import time\nx = time()", ":2: reads time.time"),
        ("bot/a.py", "import os\nx = os.environ.get('HOME')", ":2: reads os.environ"),
        ("bot/a.py", "from os import environ\nx = environ['HOME']", ":2: reads os.environ"),
        ("bot/commands/settings.py", "import os\nx = os.getenv('HOME')", ":2: reads os.getenv"),
    ],
)
def test_house_with_one_bad_module_is_told_the_line_and_the_mistake(path: str, source: str, mistake: str) -> None:
    house = {"plan_data/__init__.py": "", path: source}
    assert mistakes(house) == ([f"{path}{mistake}"] if mistake else [])


@pytest.mark.parametrize(
    ("house", "cycle"),
    [
        ({"bot/a.py": "from bot.b import x", "bot/b.py": "import bot.a"}, "bot/a.py <- bot/b.py <- bot/a.py"),
        ({"bot/a.py": "from bot import b", "bot/b.py": "from bot.a import x"}, "bot/a.py <- bot/b.py <- bot/a.py"),
        ({"bot/a.py": "import bot.a"}, "bot/a.py <- bot/a.py"),
        (
            {"bot/__init__.py": "from bot.a import x", "bot/a.py": "from bot import x"},
            "bot/__init__.py <- bot/a.py <- bot/__init__.py",
        ),
        (
            {"jobs/a.py": "import jobs.b", "jobs/b.py": "import jobs.c", "jobs/c.py": "import jobs.a"},
            "jobs/a.py <- jobs/c.py <- jobs/b.py <- jobs/a.py",
        ),
    ],
)
def test_house_with_an_import_cycle_is_told_the_cycle(house: dict[str, str], cycle: str) -> None:
    assert mistakes(house) == [f"import cycle: {cycle}"]


def test_house_with_several_mistakes_is_told_them_all() -> None:
    house = {
        "plan_data/a.py": "from records.b import x\ndef f():\n    from . import c",
        "records/b.py": "import os\nfrom plan_data.a import f\nhome = os.environ",
    }
    assert mistakes(house) == [
        "plan_data/a.py:1: imports records from below",
        "plan_data/a.py:3: import hidden in a function",
        "plan_data/a.py:3: relative import",
        "records/b.py:3: reads os.environ",
        "import cycle: plan_data/a.py <- records/b.py <- plan_data/a.py",
    ]
