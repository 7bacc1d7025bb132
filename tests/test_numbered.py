"""A number as the press of a button: which message is meant, whose it is, and what is said when nobody can know."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.clock import SteppingClock
from bot.numbered import choose, number_in
from plan_data.office import Office
from records.claims import claim
from records.database import transaction
from records.outbox import PUSH, NewMessage, finish, queue, revise
from records.people import retire, set_roles
from records.posted import Choices, choices_in
from tests.builders import moment
from tests.fakes.zalo_server import FakeZalo
from tests.zalo_town import ZaloTown, assemble, at_work
from wording.message import Button, Reply, say
from wording.numbered import no_such_number, nothing_to_choose, said_again, which_list
from wording.refusals import STRANGER, Refusal

NOW = moment("13/06/2023 09:00")
OLD, FRESH = NOW - timedelta(minutes=20), NOW - timedelta(seconds=20)
DONE = (("✅ I.3", "/xong #17"), ("✅ II.4", "/xong #18"))
PAGES = (("Trang trước", "/viec 1"),)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2),
        (" 2. ", 2),
        ("(12)", 12),
        ("số 3", 3),
        ("So 3", 3),
        ("2 3", None),
        ("2/6", None),
        ("1234", None),
        ("viec 2", None),
        ("", None),
    ],
)
def test_number_is_a_text_that_is_nothing_else(text: str, number: int | None) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize(
    ("choices", "number", "meant"),
    [
        ([Choices(OLD, "", DONE)], 2, Button("✅ II.4", "/xong #18")),
        ([Choices(FRESH, "", DONE)], 1, Button("✅ I.3", "/xong #17")),
        ([Choices(FRESH, "lan", PAGES), Choices(OLD, "", DONE)], 1, Button("Trang trước", "/viec 1")),
        ([Choices(FRESH, "minh", PAGES), Choices(OLD, "", DONE)], 1, Button("✅ I.3", "/xong #17")),
        ([Choices(OLD, "", PAGES), Choices(OLD, "lan", DONE)], 1, Button("Trang trước", "/viec 1")),
        ([Choices(FRESH, "", DONE), Choices(OLD, "lan", DONE)], 2, Button("✅ II.4", "/xong #18")),
        (
            [Choices(FRESH, "", PAGES), Choices(OLD, "lan", DONE)],
            1,
            which_list(1, [Button("Trang trước", "/viec 1"), Button("✅ I.3", "/xong #17")]),
        ),
        ([Choices(OLD, "", PAGES), Choices(OLD, "", DONE)], 2, which_list(2, [Button("✅ II.4", "/xong #18")])),
        ([Choices(NOW, "lan", PAGES, "số 1")], 1, said_again(1, [Button("Trang trước", "/viec 1")])),
        ([Choices(NOW, "lan", PAGES, "1"), Choices(OLD, "lan", PAGES)], 1, Button("Trang trước", "/viec 1")),
        ([Choices(FRESH, "lan", PAGES, "1")], 1, Button("Trang trước", "/viec 1")),
    ],
)
def test_the_latest_list_of_the_person_is_meant_unless_it_has_just_come_unasked(
    choices: list[Choices], number: int, meant: Button | Reply
) -> None:
    assert choose(choices, "lan", number, NOW) == meant


@pytest.mark.parametrize(
    ("choices", "number", "refusal"),
    [
        ([], 1, nothing_to_choose()),
        ([Choices(OLD, "minh", DONE)], 1, nothing_to_choose()),
        ([Choices(OLD, "", DONE)], 3, no_such_number(3, 2)),
        ([Choices(OLD, "", DONE)], 0, no_such_number(0, 2)),
    ],
)
def test_number_that_stands_nowhere_is_refused(choices: list[Choices], number: int, refusal: Refusal) -> None:
    with pytest.raises(Refusal) as caught:
        choose(choices, "lan", number, NOW)
    assert caught.value.sentence == refusal.sentence


def test_choices_are_kept_as_they_were_posted_when_the_text_changes(engine: Engine) -> None:
    """A platform that cannot edit still shows the numbers of the morning."""
    with transaction(engine) as session:
        body = say("Hạn hôm nay", buttons=(tuple(Button(*each) for each in DONE),)).to_dict()
        number = queue(session, NewMessage("một", "push", "zalo", "7", "person:1", PUSH, body), NOW)
        assert number is not None
        claim(session, "zalo", NOW)
        finish(session, number, "sent", NOW)
        for text in ("đã xong một", "đã xong cả hai"):
            revise(session, number, say(text).to_dict())
        since = NOW - timedelta(minutes=30)
        assert choices_in(session, "zalo", "7", ["person:1"], since) == [Choices(NOW, "", DONE)]
        assert choices_in(session, "zalo", "7", ["person:2"], since) == []
        assert choices_in(session, "zalo", "7", ["person:1"], NOW) == []


# --- people on Zalo ---

MORNING = "13/06/2023 07:30"
RECORDED = "✅ Đã ghi nhận hoàn thành: I.3 Báo cáo CCHC 6 tháng đầu năm 2023"


@pytest.fixture
async def town(engine: Engine, office: Office) -> AsyncIterator[ZaloTown]:
    async with FakeZalo() as server:
        yield ZaloTown(server, engine, office, SteppingClock(moment("12/06/2023 09:00")))


def number_of(text: str, label: str) -> str:
    """The number in front of the label."""
    found = [part.split(" ", 1) for part in text.replace("Trả lời số: ", "").replace(" · ", "\n").splitlines()]
    (number,) = [each[0] for each in found if len(each) == 2 and each[1] == label and each[0].isdigit()]
    return number


only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def digest(town: ZaloTown, chat: str) -> str:
    """The morning's message with the button of I.3."""

    def found() -> list[str]:
        texts = [sent.text for sent in town.server.sent_to(chat)]
        return [text for text in texts if text.startswith("🔔") and "✅ I.3" in text]

    await town.asked(lambda: bool(found()))
    return found()[0]


async def test_number_after_the_digest_records_and_the_same_number_in_a_hurry_does_not_undo(town: ZaloTown) -> None:
    works = assemble(town)
    async with at_work(works):
        town.at(MORNING)
        await works.tick()
        number = number_of(await digest(town, town.users["cchc"].id), "✅ I.3")
        town.clock.step(timedelta(minutes=29))
        assert (await town.answer_to("cchc", number)).splitlines()[0] == RECORDED
        again = await town.answer_to("cchc", number)
        await town.asked(town.all_is_handled)
    assert again.startswith(f"Bot đã nhận số {number} anh/chị vừa gửi. Nếu muốn chọn tiếp trong tin mới:")
    assert town.rows("SELECT count(*) FROM completion WHERE undone_at IS NULL") == [(1,)]


@only_sqlite
async def test_in_the_group_whoever_has_the_right_presses_and_others_change_nothing(town: ZaloTown) -> None:
    works, stranger = assemble(town), town.server.add_user("Người lạ")
    async with at_work(works):
        town.at(MORNING)
        await works.tick()
        shown = await digest(town, town.group.id)
        line = shown.replace("Trả lời tin này bằng số:", "Trả lời số:")
        number = number_of(line, "✅ I.3")
        town.clock.step(timedelta(minutes=5))
        assert "phụ trách nên anh/chị chưa ghi nhận thay được" in await town.answer_to(
            "van-hoa", number, group=True, reply=True
        )
        before = len(town.in_group())
        town.server.says(stranger, number, town.group, reply=True)
        await town.asked(lambda: len(town.in_group()) > before)
        assert (town.in_group()[-1], town.rows("SELECT count(*) FROM completion")) == (STRANGER, [(0,)])
        assert (await town.answer_to("cchc", number, group=True)).splitlines()[0] == RECORDED


@only_sqlite
async def test_rights_are_those_of_the_moment_of_the_number(town: ZaloTown) -> None:
    works = assemble(town)
    async with at_work(works):
        town.at(MORNING)
        await works.tick()
        number = number_of(await digest(town, town.users["cchc"].id), "✅ I.3")
        with transaction(town.engine) as session:
            set_roles(session, town.people["cchc"], frozenset({"van-hoa"}))
        assert "phụ trách nên" in await town.answer_to("cchc", number)
        with transaction(town.engine) as session:
            retire(session, town.people["cchc"], town.clock())
        assert await town.answer_to("cchc", number) == STRANGER
    assert town.rows("SELECT count(*) FROM completion") == [(0,)]


@only_sqlite
async def test_answer_is_for_the_person_who_asked(town: ZaloTown) -> None:
    async with at_work(assemble(town)):
        assert "Trang sau" in await town.answer_to("van-hoa", "viec", group=True)
        refused = await town.answer_to("cchc", "1", group=True, reply=True)
        pressed = await town.answer_to("van-hoa", "1", group=True, reply=True)
    assert refused == nothing_to_choose().sentence
    assert pressed.startswith("✅ Đã ghi nhận hoàn thành")


@only_sqlite
async def test_number_that_is_too_late_or_too_high_is_refused_politely(town: ZaloTown) -> None:
    async with at_work(assemble(town)):
        await town.answer_to("van-hoa", "/viec")
        high = await town.answer_to("van-hoa", "99")
        town.clock.step(timedelta(minutes=31))
        late = await town.answer_to("van-hoa", "1")
    assert high.startswith("Danh sách gần nhất chỉ có số 1 đến")
    assert late == nothing_to_choose().sentence
    assert town.rows("SELECT count(*) FROM completion") == [(0,)]


@only_sqlite
async def test_message_that_comes_in_between_makes_the_bot_ask(town: ZaloTown) -> None:
    works = assemble(town)
    async with at_work(works):
        town.at("13/06/2023 07:29")
        await town.answer_to("cchc", "/viec 2")
        town.at("13/06/2023 07:30")
        await works.tick()
        await digest(town, town.users["cchc"].id)
        asked = await town.answer_to("cchc", "1")
        chosen = number_of(asked, "✅ I.3")
        assert (await town.answer_to("cchc", chosen)).splitlines()[0] == RECORDED
    assert asked.startswith("Vừa có tin mới nên bot chưa rõ số 1 là của tin nào.")


@only_sqlite
async def test_registration_goes_by_numbers(town: ZaloTown) -> None:
    new = town.server.add_user("Nguyễn Văn A")
    said = ["/dangky", "1", "2", "Gửi"]
    async with at_work(assemble(town)):
        for line in said:
            shown = [sent.text for sent in town.server.sent_to(new.id)]
            typed = number_of(shown[-1], "📨 Gửi yêu cầu") if line == "Gửi" else line
            count = len(shown)
            town.server.says(new, typed)
            await town.asked(lambda count=count: len(town.server.sent_to(new.id)) > count)  # type: ignore[misc]
    assert town.server.sent_to(new.id)[-1].text.startswith("📨 Đã gửi yêu cầu đăng ký số 1: Nguyễn Văn A")


@only_sqlite
async def test_stranger_learns_nothing_about_numbers(town: ZaloTown) -> None:
    stranger = town.server.add_user("Người lạ")
    async with at_work(assemble(town)):
        town.server.says(stranger, "1")
        await town.asked(lambda: len(town.server.sent) == 1)
    assert town.server.sent[0].text == STRANGER
