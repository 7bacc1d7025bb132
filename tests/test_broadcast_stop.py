"""Stopping a notice half-way and letting it go on: exactly the rest, nobody twice."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from bot.incoming import Incoming
from jobs.channel import Arrived, SendFailed
from jobs.delivery import Courier
from records.addresses import mark_unreachable
from records.audit import trail
from records.claims import claim
from records.database import transaction
from records.outbox import Claimed
from records.people import link_account, retire
from records.staff import silence
from tests.builders import moment
from tests.town import CHANNEL, GROUP, STAFF, Recorder, Sent, Town
from wording.message import Button, Reply

SENT_BEFORE = ["tu-phap", "tai-chinh", "van-hoa", "mot-cua", "khong-chuyen-trach", "chu-tich"]
WAITING = [GROUP, "cchc", "van-phong", "lanh-dao"]


def copies(town: Town) -> list[Sent]:
    return [sent for sent in town.channel.sent if sent.kind == "broadcast"]


async def half_sent(town: Town) -> None:
    """Six copies go out; the group, the clerk, the office and the author's own chat must wait ten minutes."""
    await town.says("lanh-dao", "/thongbao Họp giao ban")
    town.channel.failures = [SendFailed("thử lại sau", retry_after=timedelta(minutes=10))] * 4
    await town.hears("lanh-dao", "/thongbao gui 1")
    assert [sent.chat for sent in copies(town)] == SENT_BEFORE


async def test_stop_holds_back_what_has_not_gone_out(town: Town) -> None:
    await half_sent(town)
    answer = await town.says("cchc", "/thongbao dung 1")
    assert answer.text == "⏹ Đã dừng gửi thông báo số 1: giữ lại 4 tin chưa gửi, 6 tin đã tới nơi."
    assert answer.reply.buttons == (
        (Button("▶️ Gửi tiếp", "/thongbao tiep 1"), Button("📊 Ai đã nhận", "/thongbao xem 1")),
    )
    await town.run_until("01/06/2023 12:00")
    assert [sent.chat for sent in copies(town)] == SENT_BEFORE


async def test_the_status_offers_to_go_on(town: Town) -> None:
    await half_sent(town)
    await town.says("cchc", "/thongbao dung 1")
    answer = await town.says("cchc", "/thongbao xem 1")
    assert answer.text.splitlines()[0] == ("📊 Thông báo số 1 của Lãnh đạo phường: gửi lúc 07:00 hôm nay, đang dừng")
    assert answer.text.splitlines()[2] == "Gửi tới 1 nhóm và 9 người: 6 tin đã tới, 4 tin đang dừng."
    assert answer.reply.buttons == (
        (Button("📣 Nhắc người chưa nhận", "/thongbao nhac 1"),),
        (Button("🔄 Xem lại", "/thongbao xem 1"), Button("▶️ Gửi tiếp", "/thongbao tiep 1")),
    )


async def test_resume_sends_the_rest_and_nobody_twice(town: Town) -> None:
    await half_sent(town)
    await town.says("cchc", "/thongbao dung 1")
    _, answer = await town.at("01/06/2023 07:20").hears("lanh-dao", "/thongbao tiep 1")
    assert answer.text == "▶️ Gửi tiếp thông báo số 1: 4 tin."
    assert [sent.chat for sent in copies(town)] == [*SENT_BEFORE, *WAITING]
    await town.run_until("01/06/2023 10:00")
    assert sorted(sent.chat for sent in copies(town)) == sorted([GROUP, *STAFF])


async def test_what_goes_on_late_says_so_once(town: Town) -> None:
    await half_sent(town)
    await town.says("cchc", "/thongbao dung 1")
    town.at("05/06/2023 08:00").channel.failures = [SendFailed("mất mạng")] * 5
    await town.hears("cchc", "/thongbao tiep 1")
    await town.says("cchc", "/thongbao dung 1")
    await town.at("05/06/2023 09:30").hears("cchc", "/thongbao tiep 1")
    assert {sent.text for sent in copies(town)[6:]} == {
        "(gửi muộn, lẽ ra gửi lúc 07:00 thứ Năm 1/6)\n📢 Thông báo số 1 của Lãnh đạo phường\nHọp giao ban"
    }
    assert sorted(sent.chat for sent in copies(town)[6:]) == sorted(WAITING)


async def test_stop_and_resume_go_on_record(town: Town) -> None:
    await half_sent(town)
    await town.says("cchc", "/thongbao dung 1")
    await town.says("chu-tich", "/thongbao tiep 1")
    with transaction(town.engine) as session:
        assert trail(session, "notice:1")[2:] == [
            (town.clock(), town.people["cchc"], "notice_stop", "notice:1", {"held_back": 4}),
            (town.clock(), town.people["chu-tich"], "notice_resume", "notice:1", {"queued": 4, "gone": []}),
        ]


async def test_a_step_that_is_done_already_is_refused_with_what_to_do(town: Town) -> None:
    await half_sent(town)
    running = await town.says("cchc", "/thongbao tiep 1")
    assert running.text == (
        "Thông báo số 1 không bị dừng nên không cần gửi tiếp. Gõ /thongbao xem 1 để xem ai đã nhận."
    )
    await town.says("cchc", "/thongbao dung 1")
    for step in ("dung 1", "gui 1"):
        stopped = await town.says("cchc", f"/thongbao {step}")
        assert stopped.text == "Thông báo số 1 đang dừng rồi. Gõ /thongbao tiep 1 để gửi tiếp."
    await town.says("cchc", "/thongbao tiep 1")
    over = await town.says("cchc", "/thongbao dung 1")
    assert over.text == (
        "Thông báo số 1 không còn tin nào chờ gửi nên không có gì để dừng. Gõ /thongbao xem 1 để xem ai đã nhận."
    )


async def test_a_chaser_leaves_those_alone_whose_copy_is_held_back(town: Town) -> None:
    await half_sent(town)
    await town.says("cchc", "/thongbao dung 1")
    answer = await town.says("lanh-dao", "/thongbao nhac 1")
    assert answer.text.splitlines()[1] == (
        "Thông báo chưa gửi tới nên chưa nhắc: Công chức CCHC, Công chức Văn phòng."
    )
    assert [sent.chat for sent in town.channel.sent if sent.kind == "chase"] == SENT_BEFORE


async def test_who_is_gone_meanwhile_gets_nothing_and_who_has_moved_gets_it_there(town: Town) -> None:
    await half_sent(town)
    await town.says("cchc", "/thongbao dung 1")
    with transaction(town.engine) as session:
        retire(session, town.people["van-phong"], town.clock())
        mark_unreachable(session, CHANNEL, GROUP, "bot không còn trong nhóm")
        link_account(session, town.people["lanh-dao"], CHANNEL, "máy mới", town.clock() + timedelta(minutes=1))
    answer = await town.says("cchc", "/thongbao tiep 1")
    assert answer.text.splitlines() == [
        "▶️ Gửi tiếp thông báo số 1: 2 tin.",
        "Không gửi nữa vì đã nghỉ, không còn nhóm hoặc chưa liên lạc được: nhóm Nhóm cơ quan, Công chức Văn phòng.",
    ]
    assert [sent.chat for sent in copies(town)[6:]] == ["cchc", "máy mới"]
    shown = await town.says("cchc", "/thongbao xem 1")
    assert shown.text.splitlines()[2] == (
        "Gửi tới 1 nhóm và 9 người: 8 tin đã tới, 2 tin không gửi nữa vì người nhận đã nghỉ."
    )


async def test_who_was_silenced_while_it_stood_still_is_not_woken(town: Town) -> None:
    await half_sent(town)
    with transaction(town.engine) as session:
        silence(session, town.people["van-phong"], "đã nghỉ", town.clock())
    await town.says("cchc", "/thongbao dung 1")
    assert (await town.says("cchc", "/thongbao tiep 1")).text == "▶️ Gửi tiếp thông báo số 1: 3 tin."
    assert [sent.chat for sent in copies(town)[6:]] == [GROUP, "cchc", "lanh-dao"]


@dataclass
class StoppedMeanwhile(Recorder):
    """The first copy fails while the notice is being stopped by the clerk."""

    town: Town | None = None
    ambiguous: bool = False

    async def send(self, message: Claimed, reply: Reply) -> str:
        """Fail once, in the middle of a stop."""
        if self.town is None or message.kind != "broadcast":
            return await super().send(message, reply)
        conversation, self.town = self.town.conversation, None
        for stored in conversation.store(CHANNEL, [Incoming("stop", "cchc", "cchc", "/thongbao dung 1")]):
            await asyncio.to_thread(conversation.handle, stored)
        raise SendFailed("mạng chập chờn", ambiguous=self.ambiguous)


async def test_a_copy_that_fails_while_the_notice_is_stopped_does_not_wait_again(town: Town) -> None:
    await town.says("lanh-dao", "/thongbao Họp")
    town.channel = StoppedMeanwhile(town.clock, sent=town.channel.sent, town=town)
    town.courier = Courier(town.engine, town.office, town.channel, town.clock)
    await town.hears("lanh-dao", "/thongbao gui 1")
    await town.run_until("01/06/2023 09:00")
    assert copies(town) == []
    assert (await town.says("cchc", "/thongbao tiep 1")).text == "▶️ Gửi tiếp thông báo số 1: 10 tin."
    assert sorted(sent.chat for sent in copies(town)) == sorted([GROUP, *STAFF])


async def test_a_copy_that_nobody_knows_of_is_said_again_only_when_it_goes_on(town: Town) -> None:
    await town.says("lanh-dao", "/thongbao Họp")
    town.channel = StoppedMeanwhile(town.clock, sent=town.channel.sent, town=town, ambiguous=True)
    town.courier = Courier(town.engine, town.office, town.channel, town.clock)
    await town.hears("lanh-dao", "/thongbao gui 1")
    await town.run_until("01/06/2023 07:30")
    assert copies(town) == []
    await town.at("01/06/2023 07:04").says("cchc", "/thongbao tiep 1")
    assert sorted(sent.chat for sent in copies(town)) == sorted([GROUP, *STAFF])
    again = [sent.text for sent in copies(town) if sent.chat == GROUP]
    assert again == ["(nhắc lại) 📢 Thông báo số 1 của Lãnh đạo phường\nHọp"]


async def test_a_copy_that_a_crash_interrupted_stays_back_when_the_notice_was_stopped(town: Town) -> None:
    await half_sent(town)
    town.at("01/06/2023 07:10")
    with transaction(town.engine) as session:
        claimed = [claim(session, CHANNEL, town.clock()) for _ in range(2)]
    assert [each.chat for each in claimed if each] == ["lanh-dao", GROUP]
    town.channel.failures = [SendFailed("mất điện")] * 20
    await town.hears("cchc", "/thongbao dung 1")
    town.channel.failures = []
    town.channel.knows = Arrived.NO
    restarted = Courier(town.engine, town.office, town.channel, town.clock)
    await restarted.recover()
    await restarted.deliver()
    assert [sent.chat for sent in copies(town)] == SENT_BEFORE
    assert (await town.says("cchc", "/thongbao tiep 1")).text == "▶️ Gửi tiếp thông báo số 1: 4 tin."


async def test_what_was_said_in_part_goes_on_as_it_was(town: Town) -> None:
    await town.says("lanh-dao", "/thongbao Họp")
    town.channel.failures = [SendFailed("đứt giữa chừng", delivered=("77",))] * 2
    await town.hears("lanh-dao", "/thongbao gui 1")
    await town.says("cchc", "/thongbao dung 1")
    await town.at("01/06/2023 07:30").hears("cchc", "/thongbao tiep 1")
    assert [sent.text.splitlines()[0] for sent in copies(town) if sent.chat == GROUP] == [
        "📢 Thông báo số 1 của Lãnh đạo phường"
    ]


async def test_the_chat_that_asks_for_silence_gets_its_copy_when_it_is_over(town: Town) -> None:
    await half_sent(town)
    await town.run_until("01/06/2023 07:30", every=timedelta(minutes=5))
    assert sorted(sent.chat for sent in copies(town)) == sorted([GROUP, *STAFF])
    assert copies(town)[-1].at == moment("01/06/2023 07:10")
