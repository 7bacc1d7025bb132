"""Nothing that is tracked looks like a secret: bot tokens, keys, passwords in addresses."""

import re
import subprocess

import pytest

from tests.machine import ROOT

SHAPES = {
    "a Telegram token": re.compile(r"(?<![\w-])\d{8,10}:AA[A-Za-z0-9_-]{33}(?![\w-])"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "an access key": re.compile(
        r"(?<!\w)(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[abp]-[\w-]{20,}|sk-[A-Za-z0-9_-]{32,})"
    ),
    "a monitor's address": re.compile(r"https?://[\w.]*hc-ping\.com/[0-9a-f-]{36}"),
    "a signed token": re.compile(r"(?<!\w)eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
}


def found_in(text: str) -> list[str]:
    return [name for name, shape in SHAPES.items() if shape.search(text)]


def test_no_tracked_file_holds_a_secret() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a repository: there is nothing to publish from here")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    tracked = [ROOT / name for name in listed.split("\0") if name]
    assert len(tracked) > 100
    texts = {file: file.read_text(encoding="utf-8", errors="replace") for file in tracked if file.is_file()}
    assert {str(file.relative_to(ROOT)): found_in(text) for file, text in texts.items() if found_in(text)} == {}


def test_settings_file_of_an_office_is_never_tracked() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert {".env", "data/"} <= set(ignored)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("TELEGRAM_BOT_TOKEN=123456789:" + "AA" + "x" * 33, ["a Telegram token"]),
        ("-----BEGIN " + "RSA PRIVATE KEY-----", ["a private key"]),
        ("key = '" + "ghp_" + "a1B2" * 9 + "'", ["an access key"]),
        ("https://" + "hc-ping.com/" + "0a1b2c3d-" * 4, ["a monitor's address"]),
        ("123456:ABC... lúc 07:30, 4200001:process-test-token-0123456789", []),
    ],
)
def test_shapes_of_secrets_are_known(text: str, what: list[str]) -> None:
    assert found_in(text) == what
