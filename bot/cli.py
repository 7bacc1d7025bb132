"""The command line. A mistake of the person at the machine is raised, and told in `bot.__main__`."""

import asyncio
import logging
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot import show, zalo_cli
from bot.case_show import case_alerts, foreseen_cases
from bot.cli_papers import paper_commands
from bot.cli_parts import Now, clock_at, configured
from bot.cli_records import records_commands
from bot.clock import read_day, real_clock
from bot.health import doubts_about, examine
from bot.mistakes import BadArgument
from bot.people_file import import_file
from bot.running import rehearse, run_demo
from bot.seats import add_to_roster, list_roster
from bot.serving import Role, serve
from bot.settings import CHANNELS, Settings
from bot.wiring import open_office
from jobs.drill import drill as rehearse_without
from jobs.preview import NOTHING_KNOWN, Known, known_by, preview
from plan_data.deadlines import Window
from records.database import exists, opened, reading
from wording.channels import drill_report
from wording.console import rehearsal

app = typer.Typer(help="Nhắc Việc: bot nhắc việc của UBND phường.", add_completion=False)
plan_app = typer.Typer(help="Kế hoạch: kiểm tra và xem.")
db_app = typer.Typer(help="Cơ sở dữ liệu.")
people_app = typer.Typer(help="Cán bộ: thêm và xem từ máy chủ.")
zalo_app = typer.Typer(help="Bot Zalo: xem thông tin, đặt và gỡ webhook.")
app.add_typer(plan_app, name="plan")
app.add_typer(db_app, name="db")
app.add_typer(people_app, name="people")
app.add_typer(zalo_app, name="zalo")
paper_commands(app)
records_commands(app, people_app)
log = logging.getLogger(__name__)

From = Annotated[str | None, typer.Option("--from", help="Từ ngày (2023-06-01).")]
To = Annotated[str | None, typer.Option("--to", help="Đến hết ngày (2023-06-30).")]
AsJson = Annotated[bool, typer.Option("--json", help="In ra JSON.")]


@app.command()
def run(
    now: Now = None,
    role: Annotated[
        Role, typer.Option(help="all: một tiến trình làm mọi việc; worker: nhiều tiến trình chia nhau.")
    ] = Role.ALL,
) -> None:
    """Chạy bot."""
    settings = configured()
    office = open_office(settings)
    clock = clock_at(now, office)
    for doubt in doubts_about(office):
        log.warning("%s", doubt)
    asyncio.run(serve(settings, office, clock, simulated=now is not None, role=role))


@app.command()
def chat(
    as_: Annotated[str, typer.Option("--as", help="Vị trí: clerk, leader, stranger hoặc tên vị trí.")] = "clerk",
    group: Annotated[bool, typer.Option("--group", help="Nói trong nhóm.")] = False,
    now: Now = None,
) -> None:
    """Nói chuyện với bot ngay tại máy, với vai một cán bộ."""
    settings = configured()
    office = open_office(settings)
    clock = clock_at(now, office)
    asyncio.run(rehearse(settings, office, clock, as_, in_group=group, simulated=now is not None))


@app.command()
def demo(
    seconds: Annotated[float, typer.Option(min=0.1, max=3600, help="Cả tháng trôi qua trong chừng này giây.")] = 25,
) -> None:
    """Diễn lại tháng 6/2023 của kế hoạch thật, trên cơ sở dữ liệu riêng."""
    asyncio.run(run_demo(configured(), seconds))


@app.command()
def alerts(from_: From = None, to: To = None, as_json: AsJson = False) -> None:
    """Xem trước mọi lời nhắc sẽ gửi, nếu từ nay không ai làm gì."""
    settings = configured()
    office, now = open_office(settings), real_clock()
    first = read_day(from_) if from_ else now.date()
    window = _window(first, read_day(to) if to else first + timedelta(days=30))
    found = preview(office, _known(settings), window, now)
    if not as_json:
        typer.echo(show.alerts_text(found, window, office))
    if exists(settings.database):
        with opened(settings.database) as engine:
            if as_json:
                found = sorted([*found, *foreseen_cases(engine, office, window)], key=lambda each: each.at)
            else:
                typer.echo("\n".join(case_alerts(engine, office, first, now)))
    if as_json:
        typer.echo(show.alerts_json(found))


@app.command()
def drill(
    without: Annotated[list[str], typer.Option(help="Kênh coi như bị cắt, ví dụ telegram; dùng nhiều lần được.")],
) -> None:
    """Diễn tập mất một kênh: ai còn nhận được tin, ai không; không gửi gì."""
    unknown = [name for name in without if name not in CHANNELS]
    if unknown:
        raise BadArgument(f"Không có kênh “{unknown[0]}”. Các kênh: {', '.join(CHANNELS)}.")
    settings = configured()
    office = open_office(settings)
    with opened(settings.database) as engine, reading(engine) as session:
        typer.echo(drill_report(rehearse_without(session, office.plans, without)).plain)


@plan_app.command("check")
def plan_check() -> None:
    """Kiểm tra các tệp kế hoạch, lịch nghỉ và chính sách."""
    office = open_office(configured())
    for plan in office.plans.all:
        typer.echo(show.plan_in_order(plan))
    for doubt in doubts_about(office):
        typer.echo(f"Lưu ý: {doubt}")


@plan_app.command("show")
def plan_show(from_: From = None, to: To = None, as_json: AsJson = False) -> None:
    """Xem các nhiệm vụ và hạn của kế hoạch; không có ngày thì xem cả năm của kế hoạch."""
    office = open_office(configured())
    years = [plan.year for plan in office.plans.all]
    first = read_day(from_) if from_ else date(min(years), 1, 1)
    window = _window(first, read_day(to) if to else date(max(years), 12, 31))
    typer.echo(show.plan_json(office, window) if as_json else show.plan_text(office, window))


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Đưa cơ sở dữ liệu lên phiên bản mới nhất."""
    with opened(configured().database):
        typer.echo("Cơ sở dữ liệu đã ở phiên bản mới nhất.")


@people_app.command("add")
def people_add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Họ tên.")],
    role: Annotated[list[str], typer.Option(help="Vị trí; dùng nhiều lần nếu kiêm nhiệm.")],
    joined: Annotated[str | None, typer.Option(help="Ngày nhận việc (2023-06-01); để trống: hôm nay.")] = None,
) -> None:
    """Thêm một cán bộ."""
    settings = configured()
    office, joined_on = open_office(settings), read_day(joined) if joined else real_clock().date()
    with opened(settings.database) as engine:
        number = add_to_roster(engine, office, name, role, joined_on)
    typer.echo(f"Đã thêm cán bộ số {number}: {' '.join(name.split())}.")


@people_app.command("list")
def people_list() -> None:
    """Danh sách cán bộ."""
    settings = configured()
    office = open_office(settings)
    with opened(settings.database) as engine:
        typer.echo(list_roster(engine, office))


@people_app.command("import")
def people_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp .csv hoặc .xlsx có cột Họ và tên, Vị trí.")],
    yes: Annotated[bool, typer.Option("--yes", help="Ghi luôn; không có thì chỉ xem trước.")] = False,
) -> None:
    """Nhập danh sách cán bộ từ tệp."""
    settings = configured()
    office = open_office(settings)
    with opened(settings.database) as engine:
        typer.echo("\n".join(import_file(engine, office, file, real_clock(), write=yes)))


@zalo_app.command("info")
def zalo_info() -> None:
    """Bot Zalo là ai, vào nhóm được không, nhận tin bằng cách nào."""
    typer.echo("\n".join(zalo_cli.info(configured())))


@zalo_app.command("set-webhook")
def zalo_set_webhook(
    url: Annotated[str, typer.Argument(metavar="URL", help="Địa chỉ HTTPS công khai, ví dụ https://tên-miền/zalo.")],
) -> None:
    """Đặt webhook: từ nay Zalo gửi tin đến địa chỉ này."""
    typer.echo("\n".join(zalo_cli.set_webhook(configured(), url)))


@zalo_app.command("delete-webhook")
def zalo_delete_webhook() -> None:
    """Gỡ webhook: từ nay bot tự hỏi tin."""
    typer.echo("\n".join(zalo_cli.delete_webhook(configured())))


@app.command()
def health(now: Now = None, as_json: AsJson = False) -> None:
    """Bot có khỏe không: mã thoát 0 là khỏe, 1 là có việc phải xem."""
    settings = configured()
    office = open_office(settings)
    moment = clock_at(now, office)()
    if now is not None:
        typer.echo(rehearsal(moment), err=True, nl=False)
    report = examine(settings, office, moment, simulated=now is not None)
    typer.echo(report.as_json() if as_json else report.as_text())
    if not report.healthy:
        raise typer.Exit(1)


def _known(settings: Settings) -> Known:
    if not exists(settings.database):
        return NOTHING_KNOWN
    with opened(settings.database) as engine, reading(engine) as session:
        return known_by(session)


def _window(first: date, last: date) -> Window:
    if last < first:
        raise BadArgument("Ngày kết thúc (--to) không được trước ngày bắt đầu (--from).")
    return Window(first, last)
