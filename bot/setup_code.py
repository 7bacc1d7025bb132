"""The set-up code: whoever sends it to the bot first becomes the clerk."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session

from bot.channels.console import NAME as CONSOLE
from plan_data.office import Office
from records.audit import audit
from records.codes import close_codes, new_code, open_setup_code, shown
from records.database import transaction
from records.people import Person, every_account, roster


def ensure_setup_code(engine: Engine, office: Office, configured: str, now: datetime) -> str | None:
    """The code to print at start while no clerk can be reached on a chat; None when one can.

    A code that is not configured is made anew at each start: only its digest is kept, so an old one cannot be shown.
    """
    with transaction(engine) as session:
        if clerks_on_a_chat(session, office):
            close_codes(session, None, now)
            return None
        code = configured.strip() or new_code()
        open_setup_code(session, code, now)
        audit(session, now, "setup_code", "office")
        return shown(code)


def clerks_on_a_chat(session: Session, office: Office) -> list[Person]:
    """Clerks with an account. The console does not count: whoever sits at the machine is not yet on a chat."""
    places = every_account(session)
    return [
        clerk
        for clerk in roster(session, office.plans).clerks
        if any(place.channel != CONSOLE for place in places.get(clerk.id, ()))
    ]
