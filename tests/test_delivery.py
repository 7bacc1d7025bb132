"""Claim, send, record: what becomes of a message, whatever the channel answers."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from bot.clock import SteppingClock
from jobs.channel import Arrived, SendFailed
from jobs.delivery import Courier, retry_delay
from records.alerts import Said, carried_by, of_message, record
from records.database import reading, transaction
from records.mail_tables import OutboxRow
from records.outbox import ANSWER, NOTICE, PUSH, Claimed, NewMessage, claim, queue, revise
from records.people import accounts, groups
from tests.builders import moment, rule
from tests.small_office import hire, office, open_group
from wording.message import Reply, say

NOW = moment("13/06/2023 08:00")
WHERE = office(rule("continuous"))
LOST = SendFailed("mất mạng")
BLOCKED = SendFailed("đã chặn bot", permanent=True)
TIMED_OUT = SendFailed("quá giờ", ambiguous=True)


@dataclass
class Line:
    """A channel that answers as the test says: `answers` are raised one after the other, None lets it pass."""

    clock: SteppingClock
    name: str = "console"
    can_edit: bool = True
    answers: list[Exception | None] = field(default_factory=list)
    remote_ids: list[str] = field(default_factory=list)
    knows: Arrived = Arrived.UNKNOWN
    rest: frozenset[str] = frozenset()
    sent: list[tuple[str, str]] = field(default_factory=list)
    edited: list[tuple[str, str]] = field(default_factory=list)
    busy: dict[str, int] = field(default_factory=dict)
    most_at_once: int = 0
    most_in_one_chat: int = 0
    seconds: float = 0

    def resting(self) -> frozenset[str]:
        """As the test says."""
        return self.rest

    async def show_work(self, chat: str) -> None:
        """Not looked at here."""

    async def send(self, message: Claimed, reply: Reply) -> str:
        """Answer as the test says."""
        self.busy[message.chat] = self.busy.get(message.chat, 0) + 1
        self.most_at_once = max(self.most_at_once, sum(self.busy.values()))
        self.most_in_one_chat = max(self.most_in_one_chat, self.busy[message.chat])
        await asyncio.sleep(self.seconds)
        self.busy[message.chat] -= 1
        self._answer()
        self.sent.append((message.chat, reply.plain))
        return self.remote_ids.pop(0) if self.remote_ids else f"tin {len(self.sent)}"

    async def edit(self, message: Claimed, reply: Reply) -> None:
        """Answer as the test says."""
        self._answer()
        self.edited.append((message.remote_id, reply.plain))

    async def arrived(self, message: Claimed) -> Arrived:
        """As the test says."""
        return self.knows

    async def missing_rights(self, chat: str) -> list[str]:
        """Everything is allowed."""
        return []

    def _answer(self) -> None:
        if self.answers and (answer := self.answers.pop(0)) is not None:
            raise answer


@dataclass
class Post:
    """An office whose messages go through one line: Lan is the clerk, Hoa on the staff, one group."""

    engine: Engine
    clock: SteppingClock
    line: Line
    courier: Courier

    def put(self, key: str, chat: str = "Hoa", kind: str = "push", priority: int = PUSH, to: str = "person:2") -> int:
        """Queue a message."""
        body = say(f"tin {key}").to_dict()
        with transaction(self.engine) as session:
            number = queue(session, NewMessage(key, kind, "console", chat, to, priority, body), self.clock())
        assert number is not None
        return number

    async def at(self, when: str | datetime) -> list[tuple[str, str]]:
        """Deliver at that moment; what went out."""
        self.clock.now = moment(when) if isinstance(when, str) else when
        before = len(self.line.sent)
        await self.courier.deliver()
        return self.line.sent[before:]

    def row(self, number: int) -> OutboxRow:
        """The message as it is on record."""
        with reading(self.engine) as session:
            return session.get_one(OutboxRow, number)

    def states(self) -> list[str]:
        """The state of each message."""
        with reading(self.engine) as session:
            rows = session.exec(select(OutboxRow).order_by(OutboxRow.id))  # type: ignore[arg-type]
            return [row.state for row in rows]

    def notices(self) -> list[str]:
        """What the clerk is told."""
        with reading(self.engine) as session:
            rows = session.exec(select(OutboxRow).order_by(OutboxRow.id))  # type: ignore[arg-type]
            return [row.key for row in rows if row.kind == "notice"]


def post(engine: Engine, at_once: int = 1) -> Post:
    """The office at 08:00 on a working day."""
    with transaction(engine) as session:
        hire(session, "Lan", "vp-tk", seen=NOW)
        hire(session, "Hoa", "mot-cua", seen=NOW)
        open_group(session, NOW)
    clock = SteppingClock(NOW)
    line = Line(clock)
    return Post(engine, clock, line, Courier(engine, WHERE, line, clock, at_once))


@pytest.fixture
def here(engine: Engine) -> Post:
    """The office at 08:00 on a working day; one message at a time."""
    return post(engine)


@pytest.mark.parametrize(
    ("attempts", "delay"),
    [
        (1, timedelta(seconds=5)),
        (2, timedelta(seconds=15)),
        (3, timedelta(minutes=1)),
        (4, timedelta(minutes=5)),
        (5, timedelta(minutes=15)),
        (6, timedelta(hours=1)),
        (7, timedelta(hours=1)),
        (100, timedelta(hours=1)),
    ],
)
def test_pause_grows_with_every_failed_attempt_up_to_an_hour(attempts: int, delay: timedelta) -> None:
    assert retry_delay(attempts) == delay


async def test_message_goes_out_once_and_its_number_on_the_channel_is_kept(here: Post) -> None:
    number = here.put("một")
    found = [await here.at("13/06/2023 08:00"), await here.at("13/06/2023 08:01")]
    row = here.row(number)
    assert found == [[("Hoa", "tin một")], []]
    assert (row.state, row.remote_id, row.attempts, row.finished_at) == ("sent", "tin 1", 1, NOW)


async def test_messages_to_one_chat_go_in_order_and_urgent_ones_first(here: Post) -> None:
    for key, priority in (("nhắc", PUSH), ("đáp", ANSWER), ("báo", NOTICE), ("nhắc nữa", PUSH)):
        here.put(key, kind="answer" if priority == ANSWER else "push", priority=priority)
    assert [text for _, text in await here.at(NOW)] == ["tin đáp", "tin báo", "tin nhắc", "tin nhắc nữa"]


async def test_failed_attempt_is_repeated_after_a_growing_pause(here: Post) -> None:
    number = here.put("một")
    here.line.answers = [LOST, LOST, LOST]
    seen = []
    for after in (0, 4, 5, 19, 20, 79, 80):
        sent = await here.at(NOW + timedelta(seconds=after))
        seen.append((after, here.row(number).attempts, len(sent)))
    assert seen == [(0, 1, 0), (4, 1, 0), (5, 2, 0), (19, 2, 0), (20, 3, 0), (79, 3, 0), (80, 4, 1)]
    assert here.row(number).state == "sent"


async def test_failure_of_one_message_does_not_keep_back_the_others(here: Post) -> None:
    here.put("một")
    here.put("hai", chat="Lan", to="person:1")
    here.line.answers = [LOST]
    assert await here.at(NOW) == [("Lan", "tin hai")]


async def test_chat_in_which_the_platform_asks_for_silence_is_left_alone_until_then(here: Post) -> None:
    for key, chat in (("một", "Hoa"), ("hai", "Hoa"), ("ba", "Lan")):
        here.put(key, chat=chat)
    here.line.answers = [SendFailed("chậm lại", retry_after=timedelta(seconds=40))]
    found = [await here.at(NOW + timedelta(seconds=after)) for after in (0, 39, 40)]
    assert found == [[("Lan", "tin ba")], [], [("Hoa", "tin một"), ("Hoa", "tin hai")]]


async def test_chat_that_rests_gets_nothing(here: Post) -> None:
    here.put("một")
    here.put("hai", chat="Lan")
    here.line.rest = frozenset({"Hoa"})
    first = await here.at(NOW)
    here.line.rest = frozenset()
    assert (first, await here.at(NOW)) == ([("Lan", "tin hai")], [("Hoa", "tin một")])


async def test_person_who_cannot_be_written_to_any_more_is_marked_and_the_clerk_is_told_once(here: Post) -> None:
    numbers = [here.put("một"), here.put("hai")]
    here.line.answers = [BLOCKED, None, BLOCKED]
    sent = await here.at(NOW)
    with reading(here.engine) as session:
        unreachable = {person: [each.unreachable for each in found] for person, found in accounts(session).items()}
    assert [(here.row(number).state, here.row(number).error) for number in numbers] == [("failed", "đã chặn bot")] * 2
    assert unreachable == {1: [""], 2: ["đã chặn bot"]}
    assert here.notices() == ["unreachable|console|Hoa|2023-06-13|person:1"]
    assert [chat for chat, text in sent if "Hoa" in text] == ["Lan"]


async def test_clerk_is_told_again_when_it_happens_on_another_day(here: Post) -> None:
    for key, when in (("một", "13/06/2023 08:00"), ("hai", "14/06/2023 08:00")):
        here.clock.now = moment(when)
        here.put(key)
        here.line.answers = [BLOCKED]
        await here.at(when)
    assert here.notices() == [f"unreachable|console|Hoa|2023-06-{day}|person:1" for day in ("13", "14")]


async def test_group_that_cannot_be_written_to_any_more_is_marked(here: Post) -> None:
    here.put("một", chat="Nhóm", to="group:1")
    here.line.answers = [SendFailed("bot không còn trong nhóm", permanent=True)]
    sent = await here.at(NOW)
    with reading(here.engine) as session:
        assert [each.unreachable for each in groups(session)] == ["bot không còn trong nhóm"]
    assert [chat for chat, text in sent if "nhóm Nhóm" in text] == ["Lan"]


async def test_nobody_is_told_that_a_stranger_cannot_be_answered(here: Post) -> None:
    here.put("một", chat="người lạ", kind="answer", to="chat:người lạ")
    here.line.answers = [BLOCKED]
    await here.at(NOW)
    assert (here.states(), here.notices()) == (["failed"], [])


async def test_clerk_who_cannot_be_told_is_not_told_so(here: Post) -> None:
    here.put("một")
    here.line.answers = [BLOCKED, BLOCKED]
    await here.at(NOW)
    assert (here.states(), len(here.notices())) == (["failed", "failed"], 1)


async def test_message_that_the_platform_does_not_take_fails_alone(here: Post) -> None:
    here.put("một")
    here.put("hai")
    here.line.answers = [SendFailed("nội dung bị từ chối", rejected=True)]
    assert ("Hoa", "tin hai") in await here.at(NOW)
    with reading(here.engine) as session:
        assert [each.unreachable for each in accounts(session)[2]] == [""]
    assert here.states() == ["failed", "sent", "sent"]


async def test_clerk_is_told_once_a_day_of_a_message_that_the_platform_does_not_take(here: Post) -> None:
    here.put("Họp giao ban lúc 8h")
    here.put("Họp giao ban\nlúc 8h")
    here.put("lạ", chat="người lạ", kind="answer", to="chat:người lạ")
    rejected = SendFailed("nội dung bị từ chối", rejected=True)
    here.line.answers = [rejected, None, rejected, rejected]
    assert await here.at(NOW) == [
        (
            "Lan",
            "⚠️ Có tin không gửi được\nTin “tin Họp giao ban lúc 8h” gửi cho Hoa không được màn hình chấp nhận "
            "nên chưa tới; gửi cho người khác cũng vậy. Anh/chị báo nội dung bằng cách khác và nhờ người quản trị "
            "xem nhật ký.",
        )
    ]
    assert here.states() == ["failed", "failed", "failed", "sent"]


async def test_clerk_is_told_of_a_refused_code_without_the_code(here: Post) -> None:
    here.put("CFGH-2345", kind="secret")
    here.line.answers = [SendFailed("nội dung bị từ chối", rejected=True)]
    ((_, told),) = await here.at(NOW)
    assert told.splitlines()[1].startswith("Một tin gửi cho Hoa không được màn hình chấp nhận")


async def test_message_of_which_nobody_knows_is_kept_so_and_said_once_more(here: Post) -> None:
    number = here.put("một")
    said = Said("một", None, "I.1", "silent", 92, NOW, "person:2")
    with transaction(here.engine) as session:
        record(session, [said])
        carried_by(session, ["một"], number)
    here.line.answers = [TIMED_OUT]
    sent = [await here.at(NOW), await here.at(NOW + timedelta(minutes=1))]
    assert (sent, here.states()) == ([[], [("Hoa", "(nhắc lại) tin một")]], ["unconfirmed", "sent"])
    with reading(here.engine) as session:
        assert [of_message(session, each) for each in (number, number + 1)] == [[], [said]]
    assert await here.at(NOW + timedelta(hours=1)) == []


async def test_repetition_of_which_nobody_knows_is_not_repeated_and_the_clerk_is_told(here: Post) -> None:
    here.put("một")
    here.line.answers = [TIMED_OUT, TIMED_OUT]
    first = await here.at(NOW)
    ((who, text),) = await here.at(NOW + timedelta(minutes=1))
    assert (first, who, text.splitlines()[0]) == ([], "Lan", "⚠️ Chưa rõ tin đã đến")
    assert await here.at(NOW + timedelta(days=1)) == []
    assert here.states() == ["unconfirmed", "unconfirmed", "sent"]


async def test_answer_of_which_nobody_knows_is_repeated_at_once(here: Post) -> None:
    here.put("một", kind="answer")
    here.line.answers = [TIMED_OUT]
    assert await here.at(NOW) == [("Hoa", "(nhắc lại) tin một")]


async def test_repetition_after_an_outage_says_that_it_is_late(here: Post) -> None:
    here.put("một")
    with transaction(here.engine) as session:
        assert claim(session, "console", NOW) is not None
    here.clock.now = NOW + timedelta(hours=2)
    await here.courier.recover()
    ((_, said),) = await here.at(NOW + timedelta(hours=2))
    assert said.splitlines()[0].startswith("(gửi muộn, soạn lúc ")
    assert said.splitlines()[1] == "(nhắc lại) tin một"


async def test_mistake_of_the_channel_is_taken_for_a_doubtful_sending(here: Post) -> None:
    here.put("một")
    here.put("hai", chat="Lan")
    here.line.answers = [KeyError("message_id")]
    sent = [await here.at(NOW), await here.at(NOW + timedelta(minutes=1))]
    assert sent == [[("Lan", "tin hai")], [("Hoa", "(nhắc lại) tin một")]]
    assert here.row(1).error == "KeyError: 'message_id'"


@pytest.mark.parametrize(
    ("knows", "said", "states"),
    [
        (Arrived.YES, [], ["sent"]),
        (Arrived.NO, [("Hoa", "tin một")], ["sent"]),
        (Arrived.UNKNOWN, [("Hoa", "(nhắc lại) tin một")], ["unconfirmed", "sent"]),
    ],
)
async def test_message_that_a_dead_process_had_claimed_is_settled_at_start(
    here: Post, knows: Arrived, said: list[tuple[str, str]], states: list[str]
) -> None:
    here.put("một")
    with transaction(here.engine) as session:
        claim(session, "console", NOW)
    here.line.knows = knows
    before = await here.at(NOW)
    await here.courier.recover()
    assert (before, await here.at(NOW), here.states()) == ([], said, states)


async def test_recovery_leaves_other_channels_and_finished_messages_alone(here: Post) -> None:
    here.put("một")
    await here.at(NOW)
    with transaction(here.engine) as session:
        queue(session, NewMessage("zalo", "push", "zalo", "7", "person:2", PUSH, say("x").to_dict()), NOW)
        claim(session, "zalo", NOW)
    await here.courier.recover()
    assert (await here.at(NOW), here.states()) == ([], ["sent", "sending"])


async def test_group_that_moved_is_written_to_at_its_new_address_at_once(here: Post) -> None:
    here.put("một", chat="Nhóm", to="group:1")
    here.put("hai", chat="Nhóm", to="group:1")
    here.line.answers = [SendFailed("nhóm đã chuyển", moved_to="Nhóm mới")]
    assert await here.at(NOW) == [("Nhóm mới", "tin một"), ("Nhóm mới", "tin hai")]
    with reading(here.engine) as session:
        assert [each.address for each in groups(session)] == ["Nhóm mới"]


async def test_group_that_moved_to_where_it_is_already_is_tried_again_later(here: Post) -> None:
    here.put("một", chat="Nhóm", to="group:1")
    here.line.answers = [SendFailed("nhóm đã chuyển", moved_to="Nhóm")] * 2
    found = [
        await here.at(NOW),
        await here.at(NOW + timedelta(seconds=5)),
        await here.at(NOW + timedelta(seconds=20)),
    ]
    assert [len(each) for each in found] == [0, 0, 1]


async def test_message_is_given_up_after_three_days_and_the_clerk_is_told(here: Post) -> None:
    number = here.put("một", kind="answer", to="chat:Hoa")
    here.line.answers = [LOST]
    await here.at(NOW + timedelta(days=3))
    still = here.row(number).state
    here.line.answers = [LOST]
    await here.at(NOW + timedelta(days=3, hours=2))
    assert (still, here.row(number).state) == ("pending", "failed")
    assert here.notices() == ["unreachable|console|Hoa|2023-06-16|person:1"]


async def test_parts_that_went_out_are_remembered_for_the_next_attempt(here: Post) -> None:
    number = here.put("một")
    here.line.answers = [SendFailed("mất mạng", delivered=("11", "12"))]
    await here.at(NOW)
    assert here.row(number).remote_id == "11,12"


# --- late, and outside office hours -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "written", "when", "late"),
    [
        ("push", "13/06/2023 08:00", "13/06/2023 09:00", False),
        ("push", "13/06/2023 08:00", "13/06/2023 09:01", True),
        ("push", "13/06/2023 16:30", "14/06/2023 07:31", True),
        ("answer", "13/06/2023 08:00", "13/06/2023 20:00", False),
        ("notice", "13/06/2023 20:00", "14/06/2023 07:30", False),  # kept for office hours on purpose
        ("nudge", "16/06/2023 18:00", "19/06/2023 08:00", False),
        ("news", "16/06/2023 18:00", "19/06/2023 08:00", False),
        ("nudge", "16/06/2023 18:00", "19/06/2023 08:31", True),
    ],
)
async def test_message_that_comes_late_says_so(here: Post, kind: str, written: str, when: str, late: bool) -> None:
    here.clock.now = moment(written)
    here.put("một", kind=kind)
    ((_, text),) = await here.at(when)
    assert (text.startswith("(gửi muộn"), text.endswith("tin một")) == (late, True)


@pytest.mark.parametrize("when", ["13/06/2023 17:00", "13/06/2023 12:00", "17/06/2023 09:00", "01/01/2028 09:00"])
async def test_reminders_wait_for_office_hours_and_answers_do_not(here: Post, when: str) -> None:
    waiting = (("push", PUSH), ("nudge", PUSH), ("news", NOTICE))
    for kind, priority in (*waiting, ("answer", ANSWER), ("notice", NOTICE)):
        here.put(kind, kind=kind, priority=priority)
    assert sorted(text[-10:] for _, text in await here.at(when)) == sorted(["tin answer", "tin notice"])
    assert here.states() == ["pending", "pending", "pending", "sent", "sent"]


async def test_reminder_that_failed_until_closing_time_comes_the_next_morning(here: Post) -> None:
    here.clock.now = moment("13/06/2023 16:59")
    here.put("một")
    here.line.answers = [LOST, LOST]
    found = [len(await here.at(when)) for when in ("13/06/2023 16:59", "13/06/2023 17:05", "14/06/2023 06:59")]
    attempts = here.row(1).attempts
    here.line.answers = []
    assert (found, attempts) == ([0, 0, 0], 1)
    ((_, text),) = await here.at("14/06/2023 07:00")
    assert text.startswith("(gửi muộn, soạn lúc 16:59")


# --- edits ------------------------------------------------------------------------------------------------------


def change(session: Session, number: int, words: str) -> None:
    """The text of a message has changed."""
    revise(session, number, say(words).to_dict())


async def test_posted_message_is_edited_once_after_everything_else_went_out(here: Post) -> None:
    number = here.put("một")
    await here.at(NOW)
    here.put("hai")
    with transaction(here.engine) as session:
        change(session, number, "đã xong")
    sent = await here.at(NOW)
    assert (sent, here.line.edited) == ([("Hoa", "tin hai")], [("tin 1", "đã xong")])
    await here.at(NOW)
    assert len(here.line.edited) == 1


async def test_waiting_message_goes_out_with_its_new_text(here: Post) -> None:
    number = here.put("một")
    with transaction(here.engine) as session:
        change(session, number, "đã đổi")
    assert (await here.at(NOW), here.line.edited) == ([("Hoa", "đã đổi")], [])


@pytest.mark.parametrize("failure", [LOST, BLOCKED, ValueError("x")])
async def test_edit_that_fails_is_not_worth_another_attempt(here: Post, failure: Exception) -> None:
    number = here.put("một")
    await here.at(NOW)
    with transaction(here.engine) as session:
        change(session, number, "đã xong")
    here.line.answers = [failure]
    await here.at(NOW)
    await here.at(NOW + timedelta(hours=1))
    assert (here.line.edited, here.states(), here.notices()) == ([], ["sent"], [])


async def test_channel_that_cannot_edit_is_not_asked_to(here: Post) -> None:
    here.line.can_edit = False
    number = here.put("một")
    await here.at(NOW)
    with transaction(here.engine) as session:
        change(session, number, "đã xong")
    await here.at(NOW)
    assert here.line.edited == []


# --- side by side -----------------------------------------------------------------------------------------------


async def test_chats_are_written_to_side_by_side_and_each_of_them_in_order(engine: Engine) -> None:
    here = post(engine, at_once=4)
    here.line.seconds = 0.02
    for number in range(24):
        here.put(f"{number:02}", chat=f"chat {number % 6}", kind="answer", priority=ANSWER)
    sent = await here.at(NOW)
    assert len(sent) == 24
    for chat in range(6):
        texts = [text for where, text in sent if where == f"chat {chat}"]
        assert texts == sorted(texts)
    assert (here.line.most_in_one_chat, here.line.most_at_once) == (1, 4)


async def test_two_deliveries_at_the_same_time_send_nothing_twice(engine: Engine) -> None:
    here = post(engine, at_once=2)
    here.line.seconds = 0.01
    for number in range(10):
        here.put(f"{number:02}", chat=f"chat {number % 3}", kind="answer", priority=ANSWER)
    await asyncio.gather(here.courier.deliver(), here.courier.deliver())
    assert sorted(text for _, text in here.line.sent) == [f"tin {number:02}" for number in range(10)]
    assert here.line.most_in_one_chat == 1


async def test_running_courier_delivers_when_it_is_woken(here: Post) -> None:
    running = asyncio.create_task(here.courier.run())
    await asyncio.sleep(0.05)
    here.put("một")
    woken = await here.courier.deliver()
    for _ in range(100):
        await asyncio.sleep(0.02)
        if here.line.sent:
            break
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (woken, here.line.sent, here.states()) == (0, [("Hoa", "tin một")], ["sent"])
