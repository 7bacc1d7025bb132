"""When each deadline and each case is looked at again."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlmodel import Session

from records.case_tables import CaseRow
from records.database import table_of
from records.tables import DeadlineRow


def look_again(
    session: Session, rows: type[DeadlineRow] | type[CaseRow], moments: Mapping[int, datetime | None]
) -> None:
    """Set the next look of each row with that number: one statement for all of them."""
    if moments:
        table = table_of(rows)
        session.connection().execute(
            update(table).where(table.c.id == bindparam("number")).values(next_look=bindparam("moment")),
            [{"number": number, "moment": moment} for number, moment in moments.items()],
        )
