"""The command line. A mistake of the person at the machine is raised, and told in `bot.__main__`."""

import asyncio
import logging
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot import show
from bot.case_file import import_cases
from bot.case_show import case_alerts
from bot.chat import at_terminal
from bot.clock import Clock, clock_from, read_day, read_moment, real_clock
from bot.health import doubts_about, examine
from bot.mistakes import BadArgument
from bot.people_file import import_file
from bot.redaction import set_up_logging
from bot.running import rehearse, run_demo
from bot.seats import add_to_roster, list_roster
from bot.serving import serve
from bot.settings import Settings, read_settings
from bot.wiring import open_office
from jobs.preview import NOTHING_KNOWN, Known, known_by, preview
from plan_data.deadlines import Window
from plan_data.office import Office
from records.database import exists, migrate, open_database, reading
from wording.console import rehearsal

app = typer.Typer(help="Nhắc Việc: bot nhắc việc của UBND phường.", add_completion=False)
plan_app = typer.Typer(help="Kế hoạch: kiểm tra và xem.")
db_app = typer.Typer(help="Cơ sở dữ liệu.")
people_app = typer.Typer(help="Cán bộ: thêm và xem từ máy chủ.")
app.add_typer(plan_app, name="plan")
app.add_typer(db_app, name="db")
app.add_typer(people_app, name="people")
cases_app = typer.Typer(help="Hồ sơ: nhập tệp xuất từ phần mềm Một cửa.")
app.add_typer(cases_app, name="cases")
log = logging.getLogger(__name__)

Now = Annotated[str | None, typer.Option("--now", help="Diễn tập: bắt đầu từ thời điểm này, ví dụ 2023-06-16T07:29.")]
From = Annotated[str | None, typer.Option("--from", help="Từ ngày (2023-06-01).")]
To = Annotated[str | None, typer.Option("--to", help="Đến hết ngày (2023-06-30).")]
AsJson = Annotated[bool, typer.Option("--json", help="In ra JSON.")]


def _settings() -> Settings:
    settings = read_settings()
    set_up_logging(settings.log_level, settings.secrets)
    return settings


def _clock(now: str | None, office: Office) -> Clock:
    """The machine's clock, or one that starts at `now`, which must lie in a year that the calendar knows."""
    if now is None:
        return real_clock
    moment = read_moment(now)
    office.calendar.is_working_day(moment.date())  # raises CalendarYearMissing
    return clock_from(moment)


@app.command()
def run(now: Now = None) -> None:
    """Chạy bot."""
    settings = _settings()
    office = open_office(settings)
    clock = _clock(now, office)
    for doubt in doubts_about(office):
        log.warning("%s", doubt)
    asyncio.run(serve(settings, office, clock, simulated=now is not None))


@app.command()
def chat(
    as_: Annotated[str, typer.Option("--as", help="Vị trí: clerk, leader, stranger hoặc tên vị trí.")] = "clerk",
    group: Annotated[bool, typer.Option("--group", help="Nói trong nhóm.")] = False,
    now: Now = None,
) -> None:
    """Nói chuyện với bot ngay tại máy, với vai một cán bộ."""
    settings = _settings()
    office = open_office(settings)
    clock = _clock(now, office)
    asyncio.run(rehearse(settings, office, clock, as_, in_group=group, simulated=now is not None))


@app.command()
def demo(
    seconds: Annotated[float, typer.Option(min=0.1, max=3600, help="Cả tháng trôi qua trong chừng này giây.")] = 25,
) -> None:
    """Diễn lại tháng 6/2023 của kế hoạch thật, trên cơ sở dữ liệu riêng."""
    asyncio.run(run_demo(_settings(), seconds))


@app.command()
def alerts(from_: From = None, to: To = None, as_json: AsJson = False) -> None:
    """Xem trước mọi lời nhắc sẽ gửi, nếu từ nay không ai làm gì."""
    settings = _settings()
    office, now = open_office(settings), real_clock()
    first = read_day(from_) if from_ else now.date()
    window = _window(first, read_day(to) if to else first + timedelta(days=30))
    found = preview(office, _known(settings), window, now)
    typer.echo(show.alerts_json(found) if as_json else show.alerts_text(found, window, office))
    if not as_json and exists(settings.database):
        typer.echo("\n".join(case_alerts(open_database(settings.database), office, first, now)))


@plan_app.command("check")
def plan_check() -> None:
    """Kiểm tra các tệp kế hoạch, lịch nghỉ và chính sách."""
    office = open_office(_settings())
    for plan in office.plans.all:
        typer.echo(show.plan_in_order(plan))
    for doubt in doubts_about(office):
        typer.echo(f"Lưu ý: {doubt}")


@plan_app.command("show")
def plan_show(from_: From = None, to: To = None, as_json: AsJson = False) -> None:
    """Xem các nhiệm vụ và hạn của kế hoạch; không có ngày thì xem cả năm của kế hoạch."""
    office = open_office(_settings())
    years = [plan.year for plan in office.plans.all]
    first = read_day(from_) if from_ else date(min(years), 1, 1)
    window = _window(first, read_day(to) if to else date(max(years), 12, 31))
    typer.echo(show.plan_json(office, window) if as_json else show.plan_text(office, window))


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Đưa cơ sở dữ liệu lên phiên bản mới nhất."""
    migrate(open_database(_settings().database))
    typer.echo("Cơ sở dữ liệu đã ở phiên bản mới nhất.")


@people_app.command("add")
def people_add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Họ tên.")],
    role: Annotated[list[str], typer.Option(help="Vị trí; dùng nhiều lần nếu kiêm nhiệm.")],
    joined: Annotated[str | None, typer.Option(help="Ngày nhận việc (2023-06-01); để trống: hôm nay.")] = None,
) -> None:
    """Thêm một cán bộ."""
    settings = _settings()
    office, joined_on = open_office(settings), read_day(joined) if joined else real_clock().date()
    engine = open_database(settings.database)
    migrate(engine)
    number = add_to_roster(engine, office, name, role, joined_on)
    typer.echo(f"Đã thêm cán bộ số {number}: {' '.join(name.split())}.")


@people_app.command("list")
def people_list() -> None:
    """Danh sách cán bộ."""
    settings = _settings()
    office, engine = open_office(settings), open_database(settings.database)
    migrate(engine)
    typer.echo(list_roster(engine, office))


@people_app.command("import")
def people_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp .csv hoặc .xlsx có cột Họ và tên, Vị trí.")],
    yes: Annotated[bool, typer.Option("--yes", help="Ghi luôn; không có thì chỉ xem trước.")] = False,
) -> None:
    """Nhập danh sách cán bộ từ tệp."""
    settings = _settings()
    office, engine = open_office(settings), open_database(settings.database)
    migrate(engine)
    typer.echo("\n".join(import_file(engine, office, file, real_clock(), write=yes)))


@cases_app.command("import")
def cases_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp .xlsx, .xls hoặc .csv của phần mềm Một cửa.")],
    yes: Annotated[bool, typer.Option("--yes", help="Ghi luôn; không có thì hỏi lại, hoặc chỉ xem trước.")] = False,
) -> None:
    """Nhập tệp hồ sơ: xem trước có gì thay đổi, rồi ghi."""
    settings = _settings()
    sure = (lambda: True) if yes else (lambda: at_terminal() and typer.confirm("Ghi các thay đổi này?"))
    import_cases(settings, open_office(settings), file, real_clock, typer.echo, sure)


@app.command()
def health(now: Now = None, as_json: AsJson = False) -> None:
    """Bot có khỏe không: mã thoát 0 là khỏe, 1 là có việc phải xem."""
    settings = _settings()
    office = open_office(settings)
    moment = _clock(now, office)()
    if now is not None:
        typer.echo(rehearsal(moment), err=True, nl=False)
    report = examine(settings, office, moment, simulated=now is not None)
    typer.echo(report.as_json() if as_json else report.as_text())
    if not report.healthy:
        raise typer.Exit(1)


def _known(settings: Settings) -> Known:
    if not exists(settings.database):
        return NOTHING_KNOWN
    engine = open_database(settings.database)
    migrate(engine)
    with reading(engine) as session:
        return known_by(session)


def _window(first: date, last: date) -> Window:
    if last < first:
        raise BadArgument("Ngày kết thúc (--to) không được trước ngày bắt đầu (--from).")
    return Window(first, last)
