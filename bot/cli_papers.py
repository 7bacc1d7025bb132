"""Commands that make files and take them in: the board, the picture, reports, case files."""

from pathlib import Path
from typing import Annotated

import typer

from bot.case_file import import_cases
from bot.chat import at_terminal
from bot.cli_parts import Now, clock_at, configured
from bot.clock import read_day, real_clock
from bot.report_files import keep_templates, write_report
from bot.wiring import TEMPLATES, open_office
from jobs.press import make
from records.database import opened
from wording.dates import period_name

cases_app = typer.Typer(help="Hồ sơ: nhập tệp xuất từ phần mềm Một cửa.")


def paper_commands(app: typer.Typer) -> None:
    """Put these commands into the command line."""
    for command in (board, picture, report):
        app.command()(command)
    app.add_typer(cases_app, name="cases")


def board(now: Now = None) -> None:
    """Bảng theo dõi để trình chiếu: một trang HTML, in ra màn hình; thêm “> board.html” để ghi thành tệp."""
    _print_paper("board", now, {})


def picture(
    month: Annotated[str | None, typer.Option(help="Chỉ các hạn trong tháng này (2023-06).")] = None, now: Now = None
) -> None:
    """Hình tình hình nhiệm vụ, in ra màn hình; thêm “> hinh.png” để ghi thành tệp."""
    first = read_day(f"{month}-01") if month else None
    about = {"month": first.isoformat(), "title": period_name(f"{first:%Y-%m}")} if first else {}
    _print_paper("picture", now, about)


def report(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="month, cchc, tthc; hoặc templates: tệp mẫu để sửa.")],
    period: Annotated[str, typer.Argument(metavar="PERIOD", help="2023-06, 2023-Q2, 2023-H1, 2023.")] = "",
    now: Now = None,
) -> None:
    """Ghi dự thảo báo cáo (.docx, .xlsx) vào thư mục đang đứng; `templates` ghi và kiểm tra tệp mẫu."""
    settings = configured()
    if kind == "templates":
        typer.echo("\n".join(keep_templates(settings.data_dir / TEMPLATES)))
        return
    office = open_office(settings)
    with opened(settings.database) as engine:
        for file in write_report(engine, office, kind, period, clock_at(now, office)(), settings.data_dir):
            typer.echo(f"Đã ghi {file}")


@cases_app.command("import")
def cases_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp .xlsx, .xls hoặc .csv của phần mềm Một cửa.")],
    yes: Annotated[bool, typer.Option("--yes", help="Ghi luôn; không có thì hỏi lại, hoặc chỉ xem trước.")] = False,
) -> None:
    """Nhập tệp hồ sơ: xem trước có gì thay đổi, rồi ghi."""
    settings = configured()
    sure = (lambda: True) if yes else (lambda: at_terminal() and typer.confirm("Ghi các thay đổi này?"))
    import_cases(settings, open_office(settings), file, real_clock, typer.echo, sure)


def _print_paper(what: str, now: str | None, about: dict[str, str]) -> None:
    """Make a paper from the records as they are, and write its bytes to the standard output."""
    settings = configured()
    office = open_office(settings)
    moment = clock_at(now, office)()
    with opened(settings.database) as engine:
        typer.echo(make(engine, office, what, moment, about), nl=False)
