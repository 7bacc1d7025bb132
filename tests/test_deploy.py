"""The files for systemd and Docker: hardened, and true to the program they start."""

import configparser
import re
import tomllib

import pytest

from tests.machine import ROOT

FOLDER = ROOT / "docs" / "trien-khai"


def unit() -> dict[str, dict[str, str]]:
    reader = configparser.RawConfigParser(strict=False, comment_prefixes=("#",))
    reader.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their capital letters
    reader.read(FOLDER / "nhacviec.service", encoding="utf-8")
    return {name: dict(reader.items(name)) for name in reader.sections()}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ExecStart", "/srv/nhacviec/.venv/bin/nhacviec run"),
        ("Type", "notify"),
        ("User", "nhacviec"),
        ("ProtectSystem", "strict"),
        ("ReadWritePaths", "/srv/nhacviec/data"),
        ("PrivateTmp", "true"),
        ("NoNewPrivileges", "true"),
        ("CapabilityBoundingSet", ""),
        ("UMask", "0077"),
    ],
)
def test_unit_runs_the_bot_without_rights_it_does_not_need(name: str, value: str) -> None:
    assert unit()["Service"][name] == value


def test_watchdog_waits_longer_than_a_tick_may_take() -> None:
    assert int(unit()["Service"]["WatchdogSec"]) >= 60


def test_image_holds_every_package_and_runs_as_nobody_in_particular() -> None:
    text = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rooms = {name.partition(".")[0] for name in project["tool"]["setuptools"]["packages"]}
    assert rooms <= set(re.findall(r"^COPY (\w+) \1$", text, re.MULTILINE))
    assert "USER nhacviec" in text
    assert 'CMD ["nhacviec", "run"]' in text
    assert (ROOT / "constraints.txt").exists()


def test_compose_file_takes_every_right_away() -> None:
    text = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    for line in (
        "read_only: true",
        "cap_drop: [ALL]",
        "no-new-privileges:true",
        "dockerfile: docs/trien-khai/Dockerfile",
    ):
        assert line in text
