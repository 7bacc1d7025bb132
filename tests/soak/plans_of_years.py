"""The real plan for another year: the same tasks, with the named days of that year, known from its first day on."""

import re
from pathlib import Path

import plan_data

_PLAN = Path(plan_data.__file__).with_name("plans") / "2023-phuoc-hai.toml"
_WITH_YEARS = re.compile(r"^(day|only|year|id|title) = .*20\d\d|^ +\{ day = 20\d\d", re.MULTILINE)


def write_plan(folder: Path, year: int) -> Path:
    """Write the plan of that year into the folder; standing duties begin with the year."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for line in _PLAN.read_text(encoding="utf-8").splitlines():
        new = line
        if _WITH_YEARS.match(line):
            new = re.sub(r"20(23|24)", lambda found: str(int(found[0]) + year - 2023), line)
        if line.startswith("issued = "):
            new = f"issued = {year}-01-01"
        lines.append(new)
    file = folder / f"{year}.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file
