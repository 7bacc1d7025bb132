"""Commands for the person who keeps the records safe: backup, restore, forgetting people, the audit trail."""

from pathlib import Path
from typing import Annotated

import typer

from bot.audit_export import damaged, export, prove
from bot.cli_parts import configured
from bot.clock import real_clock
from bot.forgetting import forget
from bot.restoring import back_up_now, restore_from
from bot.wiring import EVIDENCE, open_office
from records.database import opened
from wording.audit import broken, evidence_damaged, evidence_intact, exported, intact
from wording.backups import made

audit_app = typer.Typer(help="Nhật ký ai đã làm gì: kiểm tra và xuất.")
Yes = Annotated[bool, typer.Option("--yes", help="Thực hiện luôn, không hỏi lại.")]


def records_commands(app: typer.Typer, people_app: typer.Typer) -> None:
    """Put these commands into the command line."""
    people_app.command("forget")(people_forget)
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


def people_forget(
    who: Annotated[str, typer.Argument(metavar="NAME|NUMBER", help="Số hoặc họ tên của người đã nghỉ.")],
    yes: Annotated[bool, typer.Option("--yes", help="Xóa luôn; không lấy lại được.")] = False,
) -> None:
    """Xóa dữ liệu cá nhân của một người đã nghỉ; việc họ đã làm được giữ dưới tên vị trí."""
    settings = configured()
    office = open_office(settings)
    with opened(settings.database) as engine:
        typer.echo(forget(engine, office, who, real_clock(), yes=yes))


@audit_app.command("verify")
def audit_verify() -> None:
    """Kiểm tra nhật ký và tệp minh chứng có bị sửa, xóa, chèn hay không: mã thoát 0 là nguyên vẹn, 1 là không."""
    settings = configured()
    with opened(settings.database) as engine:
        count, flaw = prove(engine)
        files, bad = damaged(engine, settings.data_dir / EVIDENCE)
    typer.echo(broken(flaw) if flaw else intact(count))
    if files:
        typer.echo(evidence_damaged(bad) if bad else evidence_intact(files))
    if flaw or bad:
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
