"""/start with a code: the set-up code of the clerk, one-time codes, and those who guess."""

import json
from datetime import timedelta

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import Engine, text
from sqlmodel import Session

from bot.settings import Settings
from bot.setup_code import ensure_setup_code
from plan_data.office import Office
from records.audit import set_mark, trail
from records.codes import SECRET, bare, find_code, new_code, shown
from records.database import transaction
from records.people import account_of, accounts, add_person, link_account, roster
from tests.builders import day
from tests.phone import CHANNEL, Phone
from tests.town import GROUP, Sent, Town
from wording import registering as words
from wording.message import Reply
from wording.people import CODE_FORGOTTEN
from wording.refusals import STRANGER, UNLINKED_GROUP

WRONG = words.wrong_code(stranger=True).plain
WRONG_FOR_STAFF = words.wrong_code(stranger=False).plain
NOW_CLERK = [
    "Từ nay anh/chị là công chức CCHC phụ trách bot nhắc việc của UBND phường Phước Hải.",
    "Việc nên làm tiếp:",
    "1. Đưa danh sách cán bộ vào: /canbo nhap",
    "2. Thêm bot vào nhóm của cơ quan, rồi gửi /ketnoi ngay trong nhóm.",
    "3. Mời từng cán bộ mở tin nhắn riêng với bot và gửi /dangky.",
    "Xem mọi lệnh: /huongdan",
]


@pytest.fixture
def phone(town: Town) -> Phone:
    return Phone(town)


def setup_code(town: Town, configured: str = "") -> str:
    code = ensure_setup_code(town.engine, town.office, configured, town.clock())
    assert code is not None
    return code


async def one_time_code(town: Town, number: int) -> str:
    """The clerk makes a code; it comes in a message of its own, before the answer."""
    answer = await town.says("cchc", f"/canbo {number} ma")
    code_message = secret(town)
    assert [code_message, answer] == [sent for sent in town.said_to("cchc") if sent.kind in {SECRET, "answer"}][-2:]
    return code_message.text.splitlines()[0].rpartition(" ")[2]


def secret(town: Town) -> Sent:
    """The last message that showed a code."""
    return [sent for sent in town.said_to("cchc") if sent.kind == SECRET][-1]


def owner(town: Town, sender: str) -> str | None:
    """Whose account it is."""
    with transaction(town.engine) as session:
        account = account_of(session, CHANNEL, sender)
        return roster(session, town.office.plans).name_of(account.person_id) if account else None


def newcomer(town: Town, name: str, *roles: str) -> int:
    """Somebody on the roster without an account."""
    with transaction(town.engine) as session:
        return add_person(session, name, frozenset(roles), day("03/01/2023"))


def actions(town: Town) -> list[tuple[int | None, str, str]]:
    with transaction(town.engine) as session:
        return [(who, action, subject) for _, who, action, subject, _ in trail(session)]


def test_code_is_easy_to_type_and_hard_to_guess() -> None:
    codes = [new_code() for _ in range(500)]
    assert len(set(codes)) == 500
    assert {len(code) for code in codes} == {9}
    assert {code[4] for code in codes} == {"-"}
    assert set("".join(map(bare, codes))) == set("CFGHJKMNPQRTVX23456789")


@pytest.mark.parametrize("typed", ["cfgh-2345", " CFGH 2345 ", "CFGH2345", "C F G H – 2 3 4 5", "cfgh.2345"])
def test_code_is_compared_without_case_spaces_and_dashes(typed: str) -> None:
    assert shown(typed) == "CFGH-2345"


@pytest.mark.parametrize("code", ["1234567", "áéíóúýê-", "- - - - - - - -"])
def test_set_up_code_that_is_easy_to_guess_is_no_setting(code: str) -> None:
    with pytest.raises(ValidationError, match="phải có ít nhất 8 chữ cái không dấu hoặc chữ số"):
        Settings(setup_code=SecretStr(code))
    assert Settings(setup_code=SecretStr("PhuocHai-567")).secrets == ["PhuocHai-567"]


async def test_set_up_code_makes_the_sender_the_clerk(engine: Engine, office: Office) -> None:
    town = Town(engine, office)
    phone = Phone(town)
    with transaction(engine) as session:
        session.connection().execute(text("DELETE FROM person_role WHERE role = 'cchc'"))
    code = setup_code(town)
    answer = await phone.says("u1", f"/start {code}", name="Trần Thị Lan 🌸")
    assert answer.text.splitlines() == ["✅ Xin chào Trần Thị Lan!", *NOW_CLERK]
    assert owner(town, "u1") == "Trần Thị Lan"
    assert (await phone.says("u1", "/canbo 10")).text.splitlines()[:2] == [
        "10. Trần Thị Lan",
        "Vị trí: Văn phòng - Thống kê (CCHC)",
    ]
    assert actions(town)[-2:] == [(None, "setup_code", "office"), (10, "setup", "person:10")]


async def test_set_up_code_makes_the_sender_the_clerk_of_the_roster_who_has_no_chat(town: Town, phone: Phone) -> None:
    answer = await phone.says("u1", f"/batdau {setup_code(town)}", name="Lan")
    assert answer.text.splitlines() == ["✅ Xin chào Công chức CCHC!", *NOW_CLERK]
    assert owner(town, "u1") == "Công chức CCHC"


async def test_clerk_who_was_named_by_the_role_takes_the_name_of_the_account(town: Town, phone: Phone) -> None:
    await town.says("cchc", "/canbo 1 ten Văn phòng - Thống kê (CCHC)")
    answer = await phone.says("u1", f"/batdau {setup_code(town)}", name="Trần Thị Lan")
    assert answer.text.splitlines()[0] == "✅ Xin chào Trần Thị Lan!"
    assert owner(town, "u1") == "Trần Thị Lan"


async def test_set_up_code_of_somebody_without_a_name_makes_a_clerk_named_by_the_role(
    engine: Engine, office: Office
) -> None:
    town = Town(engine, office)
    with transaction(engine) as session:
        session.connection().execute(text("DELETE FROM person_role WHERE role = 'cchc'"))
    answer = await Phone(town).says("u1", f"/batdau {setup_code(town)}", name="🌸")
    assert answer.text.splitlines()[0] == "✅ Xin chào Văn phòng - Thống kê (CCHC)!"


async def test_set_up_code_gives_the_clerk_role_to_a_person_who_is_known(town: Town, phone: Phone) -> None:
    with transaction(town.engine) as session:
        link_account(session, town.people["tu-phap"], CHANNEL, "u3", town.clock())
    await phone.says("u3", f"/batdau {setup_code(town)}", name="Tên khác")
    assert (await phone.says("u3", "/canbo 3")).text.splitlines()[:2] == [
        "3. Công chức Tư pháp",
        "Vị trí: Văn phòng - Thống kê (CCHC), Tư pháp - Hộ tịch",
    ]


async def test_set_up_code_works_once(town: Town, phone: Phone) -> None:
    code = setup_code(town)
    await phone.says("u1", f"/batdau {code}")
    assert (await phone.says("u2", f"/batdau {code}")).text == WRONG
    assert owner(town, "u2") is None


async def test_no_set_up_code_while_a_clerk_is_on_a_chat_and_an_old_one_is_closed(town: Town, phone: Phone) -> None:
    code = setup_code(town)
    with transaction(town.engine) as session:
        link_account(session, town.people["cchc"], CHANNEL, "u1", town.clock())
    assert ensure_setup_code(town.engine, town.office, "", town.clock()) is None
    assert (await phone.says("u2", f"/batdau {code}")).text == WRONG


async def test_set_up_code_that_is_not_configured_is_new_at_each_start(town: Town, phone: Phone) -> None:
    first, second = setup_code(town), setup_code(town)
    assert first != second
    assert (await phone.says("u1", f"/batdau {first}")).text == WRONG
    assert (await phone.says("u1", f"/batdau {second}")).text.splitlines()[1] == NOW_CLERK[0]


async def test_configured_set_up_code_stays_the_same_and_does_not_expire(town: Town, phone: Phone) -> None:
    assert [setup_code(town, "phuoc-hai-567") for _ in range(2)] == ["PHUOCHAI567"] * 2
    town.at("05/12/2023 08:00")
    assert (await phone.says("u1", "/batdau Phuoc Hai 567")).text.splitlines()[1] == NOW_CLERK[0]


@pytest.mark.parametrize("group", ["nhóm lạ", GROUP])
async def test_set_up_code_in_a_group_is_refused_and_stays_valid(town: Town, phone: Phone, group: str) -> None:
    code = setup_code(town)
    assert (await phone.says("u1", f"/batdau {code}", group=group)).text == words.code_in_group().plain
    assert (await phone.says("u1", f"/batdau {code}")).text.splitlines()[1] == NOW_CLERK[0]


async def test_start_without_a_code_in_a_group_that_is_not_linked_tells_nothing(phone: Phone) -> None:
    assert (await phone.says("u1", "/batdau", group="nhóm lạ")).text == UNLINKED_GROUP
    assert (await phone.says("u1", "/batdau")).text == STRANGER


async def test_one_time_code_makes_the_account_that_persons(town: Town, phone: Phone) -> None:
    number = newcomer(town, "Nguyễn Văn A", "tu-phap")
    code = await one_time_code(town, number)
    assert (await phone.says("u1", f"/batdau {code}", name="Tên trên máy")).text.splitlines() == [
        "✅ Xin chào Nguyễn Văn A!",
        "Từ nay bot nhắc việc cho anh/chị tại đây. Vị trí: Tư pháp - Hộ tịch.",
        "Gửi /viec để xem việc đang chờ, /huongdan để xem mọi lệnh.",
    ]
    assert owner(town, "u1") == "Nguyễn Văn A"
    assert actions(town)[-2:] == [(1, "code_made", f"person:{number}"), (number, "join", f"person:{number}")]
    assert (await phone.says("u2", f"/batdau {code}")).text == WRONG


async def test_one_time_code_joins_the_account_of_another_channel(town: Town, phone: Phone) -> None:
    code = await one_time_code(town, town.people["tu-phap"])
    await phone.says("u1", f"/batdau {code}")
    with transaction(town.engine) as session:
        found = accounts(session)[town.people["tu-phap"]]
        assert {(each.channel, each.address) for each in found} == {("console", "tu-phap"), (CHANNEL, "u1")}


async def test_one_time_code_expires_after_seven_days(town: Town, phone: Phone) -> None:
    code = await one_time_code(town, town.people["tu-phap"])
    town.clock.step(timedelta(days=7) - timedelta(minutes=1))
    with transaction(town.engine) as session:
        assert find_code(session, code, town.clock()) is not None
    town.clock.step(timedelta(minutes=1))
    assert (await phone.says("u1", f"/batdau {code}")).text == WRONG


async def test_newer_one_time_code_replaces_the_older(town: Town, phone: Phone) -> None:
    first = await one_time_code(town, town.people["tu-phap"])
    town.clock.step(timedelta(minutes=1))
    second = await one_time_code(town, town.people["tu-phap"])
    assert (await phone.says("u1", f"/batdau {first}")).text == WRONG
    assert (await phone.says("u1", f"/batdau {second}")).text.startswith("✅ Xin chào Công chức Tư pháp!")


async def test_person_who_types_the_own_code_is_told_so(town: Town) -> None:
    code = await one_time_code(town, town.people["tu-phap"])
    assert (await town.says("tu-phap", f"/batdau {code}")).text == words.already_yours("Công chức Tư pháp").plain
    assert (await town.says("tu-phap", f"/batdau {code}")).text == WRONG_FOR_STAFF


async def test_account_of_somebody_else_is_not_taken_and_the_code_stays_valid(town: Town, phone: Phone) -> None:
    code = await one_time_code(town, newcomer(town, "Nguyễn Văn A"))
    refused = await town.says("tu-phap", f"/batdau {code}")
    assert refused.text == words.account_taken("Công chức Tư pháp").sentence
    assert (await phone.says("u1", f"/batdau {code}")).text.startswith("✅ Xin chào Nguyễn Văn A!")


async def test_one_time_code_in_a_linked_group_joins_an_account_of_somebody_who_is_known(
    town: Town, phone: Phone
) -> None:
    with transaction(town.engine) as session:
        link_account(session, town.people["cchc"], CHANNEL, "clerk", town.clock())
    await phone.says("clerk", "/ketnoi", group="g1", title="Nhóm phường")
    code = await one_time_code(town, town.people["tu-phap"])
    answer = await phone.says("u1", f"/batdau {code}", group="g1")
    assert answer.text == "✅ Đã gắn tài khoản này với Công chức Tư pháp."
    assert owner(town, "u1") == "Công chức Tư pháp"


async def test_one_time_code_of_somebody_new_is_lost_when_a_group_reads_it(town: Town, phone: Phone) -> None:
    number = newcomer(town, "Nguyễn Văn A")
    code = await one_time_code(town, number)
    answer = await phone.says("u1", f"/batdau {code}", group="nhóm lạ")
    assert answer.text == words.code_given_away().plain
    assert (await phone.says("u1", f"/batdau {code}")).text == WRONG
    assert (None, "code_closed", f"person:{number}") in actions(town)


async def test_five_wrong_codes_within_an_hour_are_enough(town: Town, phone: Phone) -> None:
    code = setup_code(town)
    for _ in range(5):
        assert (await phone.says("u1", "/batdau CFGH-2345")).text == WRONG
        town.clock.step(timedelta(minutes=5))
    assert (await phone.says("u1", f"/batdau {code}")).text == words.too_many_codes().plain
    assert (await phone.says("u2", "/batdau CFGH-2345")).text == WRONG
    town.clock.step(timedelta(minutes=36))
    assert (await phone.says("u1", f"/batdau {code}")).text.splitlines()[1] == NOW_CLERK[0]
    assert [action for _, action, _ in actions(town)].count("wrong_code") == 6


async def test_codes_are_kept_nowhere_in_readable_form(town: Town, phone: Phone) -> None:
    set_up = setup_code(town)
    code = await one_time_code(town, newcomer(town, "Nguyễn Văn A"))
    with transaction(town.engine) as session:
        everything = _everything(session)
        body = session.connection().execute(text("SELECT body FROM outbox WHERE kind = 'secret'")).scalar_one()
    kept = Reply.from_dict(json.loads(body) if isinstance(body, str) else body)
    assert kept.plain == CODE_FORGOTTEN.plain
    for each in (set_up, code):
        assert each not in everything
        assert bare(each) not in everything


def _everything(session: Session) -> str:
    """The text of every row of every table that a code might stand in."""
    tables = ("code", "outbox", "audit", "mark")
    rows = [row for table in tables for row in session.connection().execute(text(f"SELECT * FROM {table}"))]
    return "\n".join(map(str, rows))


async def test_code_of_the_clerk_goes_with_a_link_when_the_channel_has_one(town: Town) -> None:
    with transaction(town.engine) as session:
        set_mark(session, "deep_link|telegram", "https://t.me/PhuocHaiBot?start=")
    code = await one_time_code(town, town.people["tu-phap"])
    assert secret(town).text.splitlines() == [
        f"🔑 Mã dùng một lần của Công chức Tư pháp: {code}",
        "Hiệu lực đến 07:00 thứ Năm 8/6.",
        f"Công chức Tư pháp mở tin nhắn riêng với bot rồi gửi: /batdau {code}",
        f"Hoặc mở đường dẫn này: https://t.me/PhuocHaiBot?start={bare(code)}",
        "Anh/chị chuyển mã tận tay đúng người, không gửi vào nhóm.",
    ]


async def test_code_of_a_person_who_has_retired_is_worth_nothing(town: Town, phone: Phone) -> None:
    code = await one_time_code(town, town.people["tu-phap"])
    await town.says("cchc", "/canbo 3 nghi")
    assert (await phone.says("u1", f"/batdau {code}")).text == WRONG
    assert (await town.says("cchc", "/canbo 3 ma")).text == (
        "Công chức Tư pháp đã nghỉ. Nếu Công chức Tư pháp trở lại, gửi /canbo 3 lai trước."
    )
