"""The findings as lines to print."""

from collections.abc import Iterator

from tests.soak.checker.lists import Findings

_SHOWN = 20


def report(findings: Findings) -> Iterator[str]:
    """What was looked at, then every list with its first entries."""
    for name, number in sorted(findings.figures.items()):
        yield f"{number:7} {name}"
    for name, entries in findings.lists.items():
        yield f"{'OK' if not entries else 'WRONG':5} {len(entries):7} {name}"
        yield from (f"              {entry}" for entry in entries[:_SHOWN])
