"""Commands for the person who keeps the records safe: backup, restore, the proof and export of the audit trail."""

from pathlib import Path
from typing import Annotated

import typer

from bot.audit_export import export, prove
from bot.clock import real_clock
from bot.redaction import set_up_logging
from bot.restoring import back_up_now, restore_from
from bot.settings import Settings, read_settings
from bot.wiring import open_office
from records.database import opened
from wording.audit import broken, exported, intact
from wording.backups import made

audit_app = typer.Typer(help="Nhật ký ai đã làm gì: kiểm tra và xuất.")
Yes = Annotated[bool, typer.Option("--yes", help="Thực hiện luôn, không hỏi lại.")]


def configured() -> Settings:
    """The settings; from here on the log keeps their secrets to itself. Raises BadSettings."""
    settings = read_settings()
    set_up_logging(settings.log_level, settings.secrets)
    return settings


def records_commands(app: typer.Typer) -> None:
    """Put these commands into the command line."""
    app.command()(backup)
    app.command()(restore)
    app.add_typer(audit_app, name="audit")


def backup() -> None:
    """Sao lưu cơ sở dữ liệu, rồi khôi phục thử để kiểm tra."""
    result = back_up_now(configured(), real_clock())
    typer.echo(made(result))
    if not result.proven:
        raise typer.Exit(1)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Bản sao trong thư mục sao lưu.")], yes: Yes = False
) -> None:
    """Khôi phục cơ sở dữ liệu từ bản sao; bot phải dừng trước."""
    settings = configured()
    typer.echo(restore_from(settings, open_office(settings), file, real_clock(), yes=yes))


@audit_app.command("verify")
def audit_verify() -> None:
    """Kiểm tra nhật ký có bị sửa, xóa, chèn hay không: mã thoát 0 là nguyên vẹn, 1 là không."""
    with opened(configured().database) as engine:
        count, flaw = prove(engine)
    typer.echo(broken(flaw) if flaw else intact(count))
    if flaw:
        raise typer.Exit(1)


@audit_app.command("export")
def audit_export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp .csv mới, mở được bằng Excel.")],
) -> None:
    """Xuất toàn bộ nhật ký ra tệp cho đoàn kiểm tra."""
    settings = configured()
    with opened(settings.database) as engine:
        count = export(engine, open_office(settings), file)
    typer.echo(exported(count, str(file)))
