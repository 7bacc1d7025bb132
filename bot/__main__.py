"""The roof's door: `nhacviec`, also `python -m bot`. What goes wrong is told here, once, with an exit code."""

import logging
import sys
from collections.abc import Sequence

import typer
from sqlalchemy.exc import DatabaseError, OperationalError

from bot.channels.polling import ChannelStopped
from bot.cli import app
from bot.mistakes import Mistake
from bot.settings import BadSettings
from bot.single import AlreadyRunning
from plan_data.problems import DataError
from plan_data.workdays import CalendarYearMissing
from records.database import DatabaseUnavailable
from wording.console import BROKEN, HOW_TO, usage_sentence

OK, FAILED, MISTAKEN = 0, 1, 2
log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns 0, 1 for trouble, 2 for a mistake of the person at the machine."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return app(given or ["--help"], prog_name="nhacviec", standalone_mode=False) or OK
    except typer.TyperException as error:
        return _give_up(MISTAKEN, usage_sentence(error.format_message()), HOW_TO)
    except Exception as error:
        if (sentences := _sentences(error)) is not None:
            return _give_up(MISTAKEN, *sentences)
        log.exception("nhacviec stops")
        return _give_up(FAILED, BROKEN)


def _sentences(error: Exception) -> Sequence[str] | None:
    """What to tell the person; None when the error is a bug of ours."""
    if isinstance(error, BadSettings):
        return ["Cấu hình chưa đúng:", *error.sentences]
    if isinstance(error, Mistake):
        return error.sentences
    if isinstance(error, DataError):
        return ["Dữ liệu chưa đúng nên bot chưa chạy:", *(str(problem) for problem in error.problems)]
    if isinstance(error, AlreadyRunning | CalendarYearMissing | DatabaseUnavailable | ChannelStopped):
        return [str(error)]
    if isinstance(error, OperationalError) or type(error) is DatabaseError:
        return [f"Không đọc hoặc ghi được cơ sở dữ liệu ({error.orig})."]
    if isinstance(error, OSError) and error.filename is not None:
        return [f"Không mở được “{error.filename}” ({error.strerror}). Hãy kiểm tra đường dẫn và quyền ghi."]
    return None


def _give_up(code: int, *sentences: str) -> int:
    typer.echo("\n".join(sentences), err=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
