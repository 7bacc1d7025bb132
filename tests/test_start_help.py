"""/start and /help: who am I, what can I do; a stranger learns only how to register."""

import pytest

from bot.commands.table import COMMANDS
from records.database import transaction
from records.people import retire, set_roles
from tests.ledger import commands
from tests.town import GROUP, STRANGER, Town
from wording import refusals

STAFF_COMMANDS = [
    "batdau", "huongdan", "viec", "xong", "hoantac", "tinhhinh", "lich", "baocao", "vangmat", "hoso", "ghihoso"
]  # fmt: skip


def offered(text: str) -> list[str]:
    """The commands that /help names, without the examples."""
    lines = [line for line in text.splitlines() if line.startswith("/")]
    return [line.removeprefix("/").partition(" ")[0] for line in lines]


async def test_registered_person_is_greeted_by_name_and_role(town: Town) -> None:
    answer = await town.says("tu-phap", "/batdau")
    assert answer.text.splitlines() == [
        "Xin chào Công chức Tư pháp!",
        "Đây là bot nhắc việc của UBND phường Phước Hải. Bot là phần mềm tự động.",
        "Vị trí của anh/chị: Công chức Tư pháp - Hộ tịch.",
        "Gửi /viec để xem việc đang chờ, /xong kèm mã khi làm xong, /huongdan để xem mọi lệnh.",
    ]
    for command in commands(answer):
        assert "chưa hiểu" not in (await town.says("tu-phap", command)).text


async def test_person_without_a_role_or_with_one_that_is_gone_is_greeted_too(town: Town) -> None:
    with transaction(town.engine) as session:
        set_roles(session, town.people["tu-phap"], frozenset({"vi-tri-cu"}))
    answer = await town.says("tu-phap", "/start")
    assert answer.text.splitlines()[2].startswith("Vị trí của anh/chị: chưa có phân công")


@pytest.mark.parametrize("line", ["/start", "/help", "/viec", "/xong III.16", "/khonghieu", "xin chào", "👍", "/"])
async def test_stranger_gets_only_the_polite_refusal(town: Town, line: str) -> None:
    answer = await town.says(STRANGER, line)
    assert (answer.text, commands(answer)) == (refusals.STRANGER, [])


async def test_retired_person_is_a_stranger(town: Town) -> None:
    with transaction(town.engine) as session:
        retire(session, town.people["tu-phap"], town.clock())
    assert (await town.says("tu-phap", "/viec")).text == refusals.STRANGER


async def test_help_names_only_what_the_person_may_do(town: Town) -> None:
    shown = {role: offered((await town.says(role, "/huongdan")).text) for role in ("khong-chuyen-trach", "tu-phap",
             "mot-cua", "lanh-dao", "cchc")}  # fmt: skip
    assert shown == {
        "khong-chuyen-trach": STAFF_COMMANDS,
        "tu-phap": [*STAFF_COMMANDS[:-3], "sukien", *STAFF_COMMANDS[-3:]],
        "mot-cua": [*STAFF_COMMANDS[:-3], "sukien", *STAFF_COMMANDS[-3:]],
        "lanh-dao": [
            *STAFF_COMMANDS[:-3],
            "bang",
            "hosonhiemvu",
            "giahan",
            "dondoc",
            "thongbao",
            *STAFF_COMMANDS[-3:],
        ],
        "cchc": [command.alias for command in COMMANDS if not command.hidden],
    }


async def test_help_fits_a_phone_and_every_line_of_it_works(town: Town) -> None:
    answer = await town.at("15/06/2023 09:00").says("cchc", "/help")
    assert len(answer.text) < 3500
    for name in offered(answer.text):
        assert "chưa hiểu" not in (await town.says("cchc", f"/{name}")).text


async def test_every_example_of_help_is_understood(town: Town) -> None:
    town.at("15/06/2023 09:00")
    for command in COMMANDS:
        for example in command.example.split(" hoặc "):
            assert example.startswith("/"), command.name
            said = await town.hears("cchc", example, in_group="trong nhóm" in command.summary)
            assert said, example
            assert "chưa hiểu" not in said[0].text
            assert "trục trặc" not in said[0].text


async def test_names_of_commands_are_latin_letters_and_all_different() -> None:
    names = [name for command in COMMANDS for name in command.names]
    assert len(set(names)) == len(names)
    assert [name for name in names if not (name.isascii() and name.isalpha() and name.islower())] == []


async def test_help_in_the_group_is_for_who_asks(town: Town) -> None:
    answer = await town.says("tu-phap", "/huongdan", in_group=True)
    assert (answer.chat, "giahan" in offered(answer.text)) == (GROUP, False)
