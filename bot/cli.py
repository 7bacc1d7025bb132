"""The command line. Sentences for the person at the machine are Vietnamese; a mistake ends with exit code 2."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from bot import show
from bot.channels.telegram_service import TelegramStopped
from bot.clock import Clock, clock_from, read_moment, real_clock
from bot.health import examine
from bot.redaction import set_up_logging
from bot.running import rehearse, run_demo
from bot.seats import add_to_roster, list_roster
from bot.serving import serve
from bot.settings import BadSettings, Settings, read_settings
from bot.single import AlreadyRunning
from bot.wiring import WrongClock, open_office
from jobs.preview import NOTHING_KNOWN, Known, known_by, preview
from plan_data.deadlines import Window
from plan_data.problems import DataError
from plan_data.workdays import CalendarYearMissing
from records.database import DatabaseUnavailable, exists, migrate, open_database, reading

app = typer.Typer(help="Nhắc Việc: bot nhắc việc của UBND phường.", no_args_is_help=True, add_completion=False)
plan_app = typer.Typer(help="Kế hoạch: kiểm tra và xem.", no_args_is_help=True)
db_app = typer.Typer(help="Cơ sở dữ liệu.", no_args_is_help=True)
people_app = typer.Typer(help="Cán bộ: thêm và xem từ máy chủ.", no_args_is_help=True)
app.add_typer(plan_app, name="plan")
app.add_typer(db_app, name="db")
app.add_typer(people_app, name="people")

Now = Annotated[str | None, typer.Option("--now", help="Diễn tập: bắt đầu từ thời điểm này, ví dụ 2023-06-16T07:29.")]
From = Annotated[datetime | None, typer.Option("--from", help="Từ ngày (2023-06-01).", formats=["%Y-%m-%d"])]
To = Annotated[datetime | None, typer.Option("--to", help="Đến hết ngày (2023-06-30).", formats=["%Y-%m-%d"])]
AsJson = Annotated[bool, typer.Option("--json", help="In ra JSON.")]


@contextmanager
def sentences_for_mistakes() -> Iterator[None]:
    """A mistake in settings, data or arguments is a sentence and exit code 2, never a traceback."""
    try:
        yield
    except BadSettings as error:
        _give_up("Cấu hình chưa đúng:", *error.sentences)
    except DataError as error:
        _give_up("Dữ liệu chưa đúng nên bot chưa chạy:", *(str(problem) for problem in error.problems))
    except (
        AlreadyRunning,
        CalendarYearMissing,
        DatabaseUnavailable,
        TelegramStopped,
        WrongClock,
        ValueError,
    ) as error:
        _give_up(str(error))


def _give_up(*lines: str) -> None:
    typer.echo("\n".join(lines), err=True)
    raise typer.Exit(2)


def _settings() -> Settings:
    settings = read_settings()
    set_up_logging(settings.log_level, settings.secrets)
    return settings


def _clock(now: str | None) -> Clock:
    return clock_from(read_moment(now)) if now else real_clock


@app.command()
def run(now: Now = None) -> None:
    """Chạy bot."""
    with sentences_for_mistakes():
        settings = _settings()
        asyncio.run(serve(settings, open_office(settings), _clock(now), simulated=now is not None))


@app.command()
def chat(
    as_: Annotated[str, typer.Option("--as", help="Vị trí: clerk, leader, stranger hoặc tên vị trí.")] = "clerk",
    group: Annotated[bool, typer.Option("--group", help="Nói trong nhóm.")] = False,
    now: Now = None,
) -> None:
    """Nói chuyện với bot ngay tại máy, với vai một cán bộ."""
    with sentences_for_mistakes():
        settings = _settings()
        office = open_office(settings)
        asyncio.run(rehearse(settings, office, _clock(now), as_, in_group=group, simulated=now is not None))


@app.command()
def demo(seconds: Annotated[float, typer.Option(help="Cả tháng trôi qua trong chừng này giây.")] = 25) -> None:
    """Diễn lại tháng 6/2023 của kế hoạch thật, trên cơ sở dữ liệu riêng."""
    with sentences_for_mistakes():
        settings = _settings()
        asyncio.run(run_demo(settings, open_office(settings), seconds))


@app.command()
def alerts(from_: From = None, to: To = None, as_json: AsJson = False) -> None:
    """Xem trước mọi lời nhắc sẽ gửi, nếu từ nay không ai làm gì."""
    with sentences_for_mistakes():
        settings = _settings()
        office, now = open_office(settings), real_clock()
        first = from_.date() if from_ else now.date()
        window = _window(first, to.date() if to else _a_month_after(first))
        found = preview(office, _known(settings), window, now)
        typer.echo(show.alerts_json(found) if as_json else show.alerts_text(found, office))


@plan_app.command("check")
def plan_check() -> None:
    """Kiểm tra các tệp kế hoạch, lịch nghỉ và chính sách."""
    with sentences_for_mistakes():
        for plan in open_office(_settings()).plans.all:
            typer.echo(show.plan_in_order(plan))


@plan_app.command("show")
def plan_show(from_: From = None, to: To = None, as_json: AsJson = False) -> None:
    """Xem các nhiệm vụ và hạn của kế hoạch; không có ngày thì xem cả năm của kế hoạch."""
    with sentences_for_mistakes():
        office = open_office(_settings())
        year = office.plans.all[0].year
        window = _window(from_.date() if from_ else date(year, 1, 1), to.date() if to else date(year, 12, 31))
        typer.echo(show.plan_json(office, window) if as_json else show.plan_text(office, window))


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Đưa cơ sở dữ liệu lên phiên bản mới nhất."""
    with sentences_for_mistakes():
        migrate(open_database(_settings().database))
        typer.echo("Cơ sở dữ liệu đã ở phiên bản mới nhất.")


@people_app.command("add")
def people_add(
    name: Annotated[str, typer.Argument(help="Họ tên.")],
    role: Annotated[list[str], typer.Option(help="Vị trí; dùng nhiều lần nếu kiêm nhiệm.")],
) -> None:
    """Thêm một cán bộ."""
    with sentences_for_mistakes():
        settings = _settings()
        office, engine = open_office(settings), open_database(settings.database)
        migrate(engine)
        number = add_to_roster(engine, office, name, role, real_clock())
        typer.echo(f"Đã thêm cán bộ số {number}: {name}.")


@people_app.command("list")
def people_list() -> None:
    """Danh sách cán bộ."""
    with sentences_for_mistakes():
        settings = _settings()
        office, engine = open_office(settings), open_database(settings.database)
        migrate(engine)
        typer.echo(list_roster(engine, office))


@app.command()
def health(now: Now = None, as_json: AsJson = False) -> None:
    """Bot có khỏe không: mã thoát 0 là khỏe, 1 là có việc phải xem."""
    with sentences_for_mistakes():
        settings = _settings()
        report = examine(settings, open_office(settings), _clock(now)())
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
        raise ValueError("Ngày kết thúc (--to) phải sau ngày bắt đầu (--from).")
    return Window(first, last)


def _a_month_after(day: date) -> date:
    return day + timedelta(days=30)
