"""What every channel must do, on its real code and its platform's fake: one suite, and one stage for each channel."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.evidence_desk import EvidenceDesk
from plan_data.office import Office
from records.claims import claim
from records.database import transaction
from records.people import set_roles
from tests.stages import FALLIBLE, STAGES, Stage, fits
from tests.test_file_kind import PNG
from wording.message import Block, Button, Reply, say
from wording.refusals import BROKEN

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
every_channel = pytest.mark.parametrize("stage", STAGES, indirect=True)
every_platform = pytest.mark.parametrize("stage", FALLIBLE, indirect=True)
RECORDED = "✅ Đã ghi nhận hoàn thành: I.3 Báo cáo CCHC 6 tháng đầu năm 2023"


@pytest.fixture
async def stage(
    request: pytest.FixtureRequest, engine: Engine, office: Office, tmp_path: Path
) -> AsyncIterator[Stage]:
    async with STAGES[request.param](engine, office, tmp_path) as stage:
        stage.open()
        yield stage


def states(stage: Stage) -> list[tuple[str, str]]:
    """Key and state of every message but those to the clerk."""
    return stage.rows("SELECT key, state FROM outbox WHERE kind <> 'notice' ORDER BY id")


@every_channel
async def test_says_what_it_is_given_and_shows_its_buttons(stage: Stage) -> None:
    awkward = 'Trần <b>Thị</b> & "Út" _gạch_ *sao* `mã` [x](y) \\ 🇻🇳'
    stage.queue("cchc", say(awkward, buttons=((Button("✅ I.3", "/xong #1"), Button("Xem thêm", "/viec 2")),)))
    await stage.courier.deliver()
    (shown,) = stage.texts(stage.addresses["cchc"])
    assert shown.startswith(awkward)
    assert states(stage) == [("k", "sent")]


@every_channel
async def test_splits_what_is_long_without_losing_a_line(stage: Stage) -> None:
    lines = [f"• Việc số {number}: {'báo cáo kết quả ' * 10}hết" for number in range(60)]
    stage.queue("cchc", Reply(tuple(Block(line) for line in lines)))
    await stage.courier.deliver()
    texts = stage.texts(stage.addresses["cchc"])
    said = [line[line.index("•") :] for each in texts for line in each.splitlines() if "•" in line]
    assert (said, fits(stage, texts), states(stage)) == (lines, True, [("k", "sent")])


@every_channel
async def test_answers_a_line_and_refuses_politely_what_cannot_be_done(stage: Stage) -> None:
    await stage.hear(stage.types("cchc", "/xong I.3 H1"), stage.types("van-hoa", "/giahan I.3 20/6/2023"))
    assert stage.texts(stage.addresses["cchc"])[0].splitlines()[0] == RECORDED
    assert stage.texts(stage.addresses["van-hoa"])[0].startswith("Lệnh này chỉ dành cho")
    assert BROKEN not in stage.texts(stage.addresses["cchc"])


@every_channel
async def test_update_that_comes_twice_is_handled_once(stage: Stage) -> None:
    update = stage.types("cchc", "/xong I.3 H1")
    await stage.hear(update, update)
    await stage.hear(update)
    assert len(stage.texts(stage.addresses["cchc"])) == 1
    assert stage.rows("SELECT count(*) FROM completion") == [(1,)]


@every_channel
async def test_restart_handles_what_was_stored_and_answers_once(stage: Stage) -> None:
    stage.conversation.receive(stage.name, [stage.types("cchc", "/xong I.3 H1")])
    stage.open()
    await stage.courier.recover()
    await stage.hear()
    await stage.hear()
    assert [text.splitlines()[0] for text in stage.texts(stage.addresses["cchc"])] == [RECORDED]


@every_channel
async def test_restart_says_what_was_under_way_at_most_once_more_and_marks_it(stage: Stage) -> None:
    """The process died between the claim and the record, after the message had or had not gone out."""
    stage.queue("cchc", say("Một"), "một")
    with transaction(stage.engine) as session:
        message = claim(session, stage.name, stage.clock())
    assert message is not None
    await stage.channel.send(message, Reply.from_dict(message.body))
    stage.open()
    await stage.courier.recover()
    await stage.courier.deliver()
    texts = [text.splitlines()[0] for text in stage.texts(stage.addresses["cchc"])]
    expected = {"console": (["Một"], [("một", "sent")])}
    again = (["Một", "(nhắc lại) Một"], [("một", "unconfirmed"), ("một|again", "sent")])
    assert (texts, states(stage)) == expected.get(stage.name, again)


@every_channel
async def test_press_is_checked_against_the_rights_of_its_moment(stage: Stage) -> None:
    await stage.hear(stage.types("cchc", "/viec"))
    stage.clock.step(timedelta(minutes=2))
    with transaction(stage.engine) as session:
        set_roles(session, stage.people["cchc"], frozenset({"van-hoa"}))
    await stage.hear(stage.presses("cchc", "✅ I.3"))
    assert "phụ trách nên anh/chị chưa ghi nhận thay được" in stage.texts(stage.addresses["cchc"])[-1]
    assert stage.rows("SELECT count(*) FROM completion") == [(0,)]
    with transaction(stage.engine) as session:
        set_roles(session, stage.people["cchc"], frozenset({"cchc"}))
    await stage.hear(stage.types("cchc", "/viec"))
    await stage.hear(stage.presses("cchc", "✅ I.3"))
    assert stage.texts(stage.addresses["cchc"])[-1].splitlines()[0] == RECORDED


# --- files ---


def evidence_desk(stage: Stage, folder: Path) -> EvidenceDesk:
    """The desk that keeps what people send there."""
    return EvidenceDesk(stage.engine, stage.office, stage.clock, folder, {stage.name: stage.fetch})


def contents(folder: Path) -> list[bytes]:
    """What lies there."""
    return [file.read_bytes() for file in folder.iterdir()]


@every_platform
async def test_picture_with_words_under_it_is_kept_as_evidence(stage: Stage, tmp_path: Path) -> None:
    desk = evidence_desk(stage, tmp_path / "evidence")
    await stage.hear(stage.sends_picture("cchc", PNG, "/xong I.3 H1"))
    assert await desk.look() == 1
    assert stage.texts(stage.addresses["cchc"])[0].splitlines()[0] == RECORDED
    assert contents(tmp_path / "evidence") == [PNG]
    assert stage.rows("SELECT state, completion_id FROM evidence") == [("kept", 1)]


@every_platform
async def test_picture_without_words_proves_what_is_pressed_after_it(stage: Stage, tmp_path: Path) -> None:
    desk = evidence_desk(stage, tmp_path)
    await stage.hear(stage.sends_picture("cchc", PNG))
    assert stage.texts(stage.addresses["cchc"])[0].startswith("📎 Đã nhận tệp. Nếu là minh chứng")
    await stage.hear(stage.presses("cchc", "✅ I.3"))
    assert stage.texts(stage.addresses["cchc"])[-1].splitlines()[0] == RECORDED
    assert await desk.look() == 1
    assert stage.rows("SELECT state, completion_id FROM evidence") == [("kept", 1)]


@every_platform
async def test_picture_that_is_none_is_refused_in_a_sentence(stage: Stage, tmp_path: Path) -> None:
    desk = evidence_desk(stage, tmp_path)
    await stage.hear(stage.sends_picture("cchc", b"MZ a program", "/xong I.3 H1"))
    assert await desk.look() == 1
    await stage.courier.deliver()
    refused = stage.texts(stage.addresses["cchc"])[-1]
    assert refused.startswith("⚠️ Chưa lưu được tệp minh chứng “ảnh”. Bot chỉ lưu ảnh")
    assert stage.rows("SELECT state FROM evidence") == [("refused",)]


# --- what a platform does to messages ---


@every_platform
async def test_message_that_fails_for_now_goes_out_later_once(stage: Stage) -> None:
    stage.queue("cchc", say("Một"))
    stage.fails("later")
    await stage.courier.deliver()
    first = stage.texts(stage.addresses["cchc"])
    stage.clock.step(timedelta(minutes=1))
    await stage.courier.deliver()
    assert (first, stage.texts(stage.addresses["cchc"]), states(stage)) == ([], ["Một"], [("k", "sent")])


@every_platform
async def test_message_whose_fate_nobody_knows_is_said_once_more_and_marked(stage: Stage) -> None:
    stage.queue("cchc", say("Một"))
    stage.fails("lost")
    await stage.courier.deliver()
    stage.clock.step(timedelta(minutes=1))
    await stage.courier.deliver()
    assert stage.texts(stage.addresses["cchc"]) == ["Một", "(nhắc lại) Một"]
    assert states(stage) == [("k", "unconfirmed"), ("k|again", "sent")]


@every_platform
async def test_message_that_the_platform_does_not_take_fails_alone(stage: Stage) -> None:
    stage.queue("cchc", say("Một"), "một")
    stage.queue("cchc", say("Hai"), "hai")
    stage.fails("refused")
    await stage.courier.deliver()
    said = [text.splitlines()[0] for text in stage.texts(stage.addresses["cchc"])]
    assert said == ["⚠️ Có tin không gửi được", "Hai"]
    assert states(stage)[:2] == [("một", "failed"), ("hai", "sent")]
    assert stage.rows("SELECT count(*) FROM account WHERE unreachable <> ''") == [(0,)]


@every_platform
async def test_chat_that_is_gone_is_put_down_and_the_clerk_is_told(stage: Stage) -> None:
    stage.queue("van-hoa", say("Một"))
    stage.fails("gone")
    await stage.courier.deliver()
    assert (stage.texts(stage.addresses["van-hoa"]), states(stage)) == ([], [("k", "failed")])
    unreachable = stage.rows("SELECT person_id FROM account WHERE unreachable <> ''")
    assert unreachable == [(stage.people["van-hoa"],)]
    assert [text.splitlines()[0] for text in stage.texts(stage.addresses["cchc"])] == ["⚠️ Không gửi được tin"]


@every_platform
async def test_person_who_speaks_again_can_be_reached_again(stage: Stage) -> None:
    stage.queue("van-hoa", say("Một"))
    stage.fails("gone")
    await stage.courier.deliver()
    await stage.hear(stage.types("van-hoa", "/huongdan"))
    assert stage.rows("SELECT count(*) FROM account WHERE unreachable <> ''") == [(0,)]
    assert len(stage.texts(stage.addresses["van-hoa"])) == 1
