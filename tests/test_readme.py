"""The papers around the code tell the truth: README, guides, Makefile, CI, constraints, changelog."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

import pytest
import typer
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.cli import app
from bot.commands.table import COMMANDS
from tests.machine import ROOT

PAPERS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def commands_of(tree: Any, before: str) -> Iterator[tuple[str, set[str]]]:  # noqa: ANN401  # typer's own tree
    """Every command of the command line with its options; a group has the empty set."""
    parts = getattr(tree, "commands", None)
    if parts is None:
        yield before, {"--help", *(option for each in tree.params for option in each.opts)}
        return
    yield before, set()
    for name, part in parts.items():
        yield from commands_of(part, f"{before} {name}")


KNOWN = dict(commands_of(typer.main.get_command(app), "nhacviec"))
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_command_and_option_that_is_named_exists(paper: Path) -> None:
    named = re.findall(r"(?<![\w-])nhacviec ([^`\n#]+)", paper.read_text(encoding="utf-8"))
    for words in named:
        name = re.match(r"(?:[a-z]+ ?){0,2}", words)
        assert name is not None
        command = next(
            (each for each in (name[0].split(), name[0].split()[:1]) if " ".join(["nhacviec", *each]) in KNOWN), None
        )
        assert command, f"nhacviec {words}"
        options = set(re.findall(r"(?<![\w-])(--[a-z]+)", words))
        assert options <= KNOWN[" ".join(["nhacviec", *command])] | {"--help"}, f"nhacviec {words}"


def test_readme_names_every_command() -> None:
    assert [name for name, options in KNOWN.items() if options and f"`{name}" not in README] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_make_target_that_is_named_exists(paper: Path) -> None:
    assert set(re.findall(r"`?\bmake ([a-z]+)\b", paper.read_text(encoding="utf-8"))) - TARGETS == set()


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_link_leads_somewhere(paper: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", paper.read_text(encoding="utf-8"))
    assert [link for link in links if not (paper.parent / link).exists()] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_file_that_is_named_exists(paper: Path) -> None:
    named = re.findall(
        r"`((?:bot|jobs|wording|records|plan_data|tests|docs)/[\w./-]*)`", paper.read_text(encoding="utf-8")
    )
    assert [name for name in named if "NAME" not in name and not (ROOT / name).exists()] == []


@pytest.mark.parametrize("paper", PAPERS[2:], ids=lambda paper: paper.name)
def test_every_chat_command_of_a_guide_exists(paper: Path) -> None:
    named = re.findall(
        r"(?<![\w/])/([a-z]+)\b(?!/)", " ".join(re.findall(r"`([^`]*)`", paper.read_text(encoding="utf-8")))
    )
    known = {name for command in COMMANDS for name in command.names} | {"etc", "srv", "host", "zalo", "healthz"}
    assert set(named) - known == set()


def test_papers_show_no_machine_no_token_and_no_registry() -> None:
    texts = {paper.name: paper.read_text(encoding="utf-8") for paper in [*PAPERS, ROOT / "docs" / "demo.svg"]}
    told = re.compile(r"/work/|/root/|/tmp/|/home/|\b\d{6,}:[\w-]{30,}|pypi|github\.com|npmjs|debian\.org")
    assert {name: told.findall(text) for name, text in texts.items() if told.search(text)} == {}


def test_ci_runs_the_tests_the_gates_and_the_demo() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    run = [line for line in lines if line.startswith("make ")]
    assert run == ["make demo </dev/null >/dev/null", "make check test"]
    assert re.search(r"^check: lint test\b", MAKEFILE, re.MULTILINE)


def test_changelog_begins_with_what_is_unreleased() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "[Unreleased]"


# Constraints ----------------------------------------------------------------------------------------------------


def constraints() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][\w.]*", line)] == []
    assert [line.lower() for line in lines] == sorted(line.lower() for line in lines)
    return {canonicalize_name(line.partition("==")[0]): line.partition("==")[2] for line in lines}


def installed() -> dict[str, str]:
    """Everything that the project and its extra need on this machine, with what that needs in turn."""
    found: dict[str, str] = {}
    waiting = [Requirement(each) for each in (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"])]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        if name not in found:
            found[name] = version(name)
            waiting += [Requirement(each) for each in requires(name) or ()]
        for extra in requirement.extras:
            chosen = [Requirement(each) for each in requires(name) or ()]
            waiting += [
                Requirement(f"{each.name}{each.specifier}")
                for each in chosen
                if each.marker is not None and f'"{extra}"' in str(each.marker)
                and each.marker.evaluate({"extra": extra})
            ]  # fmt: skip
    return found


def test_constraints_pin_exactly_what_gets_installed() -> None:
    try:
        found = installed()
    except PackageNotFoundError as error:  # pragma: no cover
        pytest.fail(f"{error.name} is needed and not installed")
    assert found == constraints()
