"""Commands for the person who keeps the records safe: backup and restore."""

from pathlib import Path
from typing import Annotated

import typer

from bot.clock import real_clock
from bot.redaction import set_up_logging
from bot.restoring import back_up_now, restore_from
from bot.settings import Settings, read_settings
from bot.wiring import open_office
from wording.backups import made

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
