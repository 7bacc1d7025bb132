"""Consolidated reports and their templates as files on the machine."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from bot.mistakes import BadArgument, Mistake
from bot.wiring import TEMPLATES
from jobs.accounts import files_of
from jobs.press import make
from plan_data.office import Office
from plan_data.periods import span_of
from wording.accounts import BAD_TEMPLATES, no_such_kind, sections_missing, template_in_order, template_kept
from wording.papers import documents
from wording.sheets import REPORT_KINDS, ReportKind


class BadTemplates(Mistake):
    """The office's own templates ask for what nobody fills in."""


def write_report(
    engine: Engine, office: Office, kind: str, period: str, now: datetime, data_dir: Path
) -> Iterator[Path]:
    """Write the draft and its tables into the working folder. Raises BadArgument."""
    found = next((each for each in REPORT_KINDS if each == kind), None)
    if found is None:
        raise BadArgument(no_such_kind(kind))
    try:
        span_of(period)
    except ValueError as error:
        raise BadArgument(str(error)) from None
    for paper in files_of(found, period, now):
        file = Path(paper["name"])
        file.write_bytes(make(engine, office, paper["paper"], now, paper["about"], data_dir / TEMPLATES))
        yield file


def _left_out(kind: ReportKind, templates: Path) -> list[str]:
    left_out = documents.lacking(kind, templates)
    return [sections_missing(left_out)] if left_out else []


def keep_templates(folder: Path) -> list[str]:
    """Write the templates that the office does not have yet, and check those that it has. Raises BadTemplates."""
    folder.mkdir(parents=True, exist_ok=True)
    told, mistakes = [], []
    for kind in REPORT_KINDS:
        file = folder / f"{kind}.docx"
        if not file.exists():
            file.write_bytes(documents.template(kind))
            told.append(template_kept(str(file)))
            continue
        found = documents.mistakes(file.read_bytes(), kind)
        mistakes += [f"{file}: {each}" for each in found]
        told += [] if found else [template_in_order(str(file)), *_left_out(kind, folder)]
    if mistakes:
        raise BadTemplates(BAD_TEMPLATES, *mistakes)
    return told
