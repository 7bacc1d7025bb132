"""The town hall to which nonsense is told: everybody on every channel, a linked group, cases; secrets to look for."""

from datetime import date

from sqlalchemy import Engine

from bot.case_export.export import read_export
from bot.case_imports import offer, write_down
from jobs.daily import start_up
from plan_data.case_diff import compare
from plan_data.office import Office
from records.case_imports import listed_in
from records.case_snapshots import known_cases
from records.channels import AtWork, put_to_work
from records.database import transaction
from records.people import add_person, link_account, link_group, roster
from tests.builders import moment
from tests.exports import Row, csv_of, table
from tests.nonsense.platform import STAFF, Platform
from tests.nonsense.telegram import Telegram
from tests.nonsense.zalo import ZaloBot, ZaloOa
from tests.town import STAFF as ROLES

START = moment("13/06/2023 08:00")
SECRET = "Mật Danh"  # in the name of everybody, and in what the cases are about
PLATFORMS: tuple[Platform, ...] = (Telegram(), ZaloBot(), ZaloOa())
_CASES = [
    Row(f"H32.19-230601-000{number}", f"{SECRET} thủ tục {number}", officer=f"{SECRET} {number}")
    for number in range(1, 6)
]


def furnish(engine: Engine, office: Office) -> None:
    """People, groups, deadlines and cases."""
    with transaction(engine) as session:
        put_to_work(session, [AtWork(each.name) for each in PLATFORMS])
        for address, role in zip(STAFF, ROLES, strict=True):
            person = add_person(session, f"{SECRET} {int(address) - 1000}", frozenset({role}), date(2023, 1, 3))
            for each in PLATFORMS:
                link_account(session, person, each.name, address, START)
        for each in PLATFORMS:
            link_group(session, each.name, each.groups[0], "Nhóm", START)
    start_up(engine, office, START)
    raw = csv_of(table(_CASES))
    export = read_export(raw, office.policy, office.calendar.hours, keep_applicant=False)
    with transaction(engine) as session:
        number = int(offer(session, export, "machine", None, START).buttons[0][0].command.split()[-1])
        diff = compare(known_cases(session), listed_in(session, number))
        write_down(session, office, roster(session, office.plans), number, diff, None, "", START)
