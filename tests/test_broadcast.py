"""/broadcast: write, look, send, acknowledge, see who has, chase who has not."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import func, select

from bot.channels.console import draw
from bot.incoming import Incoming
from jobs.broadcasts import send
from jobs.channel import Arrived, SendFailed
from jobs.delivery import Courier
from records import notices
from records.addresses import mark_unreachable
from records.audit import trail
from records.claims import claim
from records.database import transaction
from records.mail_tables import OutboxRow
from records.people import link_account, link_group, retire, roster
from records.staff import linked_here, unlink_group
from tests.builders import moment
from tests.town import CHANNEL, GROUP, STAFF, STRANGER, Recorder, Sent, Town
from wording.message import Button, Reply, say
from wording.refusals import STRANGER as STRANGER_WORDS

SCAN = {"kind": "document", "id": "file-1", "name": "lịch họp.pdf"}
PHOTO = {"kind": "photo", "id": "file-2", "name": ""}
STAFF_BUT_THE_LEADER = [name for role, name in STAFF.items() if role != "lanh-dao"]


def commands(reply: Reply) -> list[str]:
    return [button.command for row in reply.buttons for button in row]


def copies(town: Town) -> list[Sent]:
    """The notices that went out, in order."""
    return [sent for sent in town.channel.sent if sent.kind == "broadcast"]


def chased(town: Town) -> list[str]:
    return [sent.chat for sent in town.channel.sent if sent.kind == "chase"]


def names(*roles: str) -> str:
    return ", ".join(STAFF[role] for role in roles)


async def sent_notice(town: Town, text: str = "Họp giao ban lúc 8h") -> None:
    await town.says("lanh-dao", f"/thongbao {text}")
    await town.says("lanh-dao", "/thongbao gui 1")


def states(town: Town) -> dict[str, str]:
    """Key and state of every copy."""
    with transaction(town.engine) as session:
        rows = session.exec(select(OutboxRow).where(OutboxRow.kind == "broadcast"))
        return {row.key: row.state for row in rows}


async def test_a_draft_is_shown_with_its_counts_and_reaches_nobody(town: Town) -> None:
    answer = await town.at("01/06/2023 08:00").says("lanh-dao", "/thongbao Họp giao ban\n\n- đúng 8h")
    assert answer.text.splitlines() == [
        "📝 Xem trước thông báo số 1 (chưa gửi)",
        "Họp giao ban",
        "",
        "- đúng 8h",
        "",
        "Sẽ gửi tới 1 nhóm và 9 người.",
        "Chọn Gửi để gửi, Hủy để bỏ.",
    ]
    assert answer.reply.buttons == ((Button("📨 Gửi", "/thongbao gui 1"), Button("✖️ Hủy", "/thongbao huy 1")),)
    assert copies(town) == []


async def test_a_preview_names_the_files_and_those_who_cannot_be_reached(town: Town) -> None:
    with transaction(town.engine) as session:
        mark_unreachable(session, CHANNEL, "tu-phap", "đã chặn bot")
        mark_unreachable(session, CHANNEL, GROUP, "bot không còn trong nhóm")
    answer = await town.says("cchc", "/broadcast", attachments=[{**SCAN, "name": f"\u202e{SCAN['name']}"}, PHOTO])
    assert answer.text.splitlines()[1:5] == [
        "📎 Tệp kèm theo: lịch họp.pdf, ảnh",
        "",
        "Sẽ gửi tới 8 người.",
        "Chưa liên lạc được qua bot, cần báo riêng: nhóm Nhóm cơ quan, Công chức Tư pháp.",
    ]


async def test_a_preview_outside_office_hours_says_that_sending_is_at_once(town: Town) -> None:
    for when in ("01/06/2023 12:00", "01/06/2023 20:00", "03/06/2023 09:00"):
        answer = await town.at(when).says("lanh-dao", "/thongbao Họp")
        warning = "⚠️ Đang ngoài giờ làm việc: chọn Gửi thì mọi người nhận được ngay."
        assert answer.text.splitlines()[-2] == warning


async def test_send_reaches_every_group_and_person_at_once_also_at_night(town: Town) -> None:
    await sent_notice(town.at("03/06/2023 21:00"))
    assert [sent.chat for sent in copies(town)] == [GROUP, *STAFF]
    assert {sent.at for sent in copies(town)} == {moment("03/06/2023 21:00")}
    assert {sent.text for sent in copies(town)} == {"📢 Thông báo số 1 của Lãnh đạo phường\nHọp giao ban lúc 8h"}
    assert {sent.reply.buttons for sent in copies(town)} == {((Button("✅ Đã nhận", "/danhan 1"),),)}


async def test_send_answers_with_the_numbers_and_what_comes_next(town: Town) -> None:
    await town.says("lanh-dao", "/thongbao Họp")
    answer = await town.says("lanh-dao", "/thongbao gui 1")
    assert answer.text == "📨 Đang gửi thông báo số 1 tới 1 nhóm và 9 người."
    assert commands(answer.reply) == ["/thongbao xem 1", "/thongbao dung 1"]


async def test_a_second_press_of_send_sends_nothing(town: Town) -> None:
    await sent_notice(town)
    answer = await town.at("01/06/2023 08:00").says("lanh-dao", "/thongbao gui 1")
    assert answer.text == "Thông báo số 1 đã được gửi lúc 07:00 hôm nay, bot không gửi lại."
    assert len(copies(town)) == 10


async def at_once(town: Town, line: str, *roles: str) -> list[str]:
    """The same line from several people at the same moment; their answers."""
    before = len(town.channel.sent)
    pressed = [Incoming(f"{line}-{number}", role, role, line) for number, role in enumerate(roles)]
    stored = town.conversation.store(CHANNEL, pressed)
    await asyncio.gather(*(asyncio.to_thread(town.conversation.handle, each) for each in stored))
    await town.courier.deliver()
    return sorted(sent.text for sent in town.channel.sent[before:] if sent.kind == "answer")


async def test_two_presses_at_the_same_moment_count_once(town: Town) -> None:
    await town.says("lanh-dao", "/thongbao Họp")
    assert await at_once(town, "/thongbao gui 1", "lanh-dao", "cchc") == [
        "Thông báo số 1 đã được gửi lúc 07:00 hôm nay, bot không gửi lại.",
        "📨 Đang gửi thông báo số 1 tới 1 nhóm và 9 người.",
    ]
    assert [sent.chat for sent in copies(town)] == [GROUP, *STAFF]
    assert await at_once(town, "/danhan 1", "tu-phap", "tu-phap", "tu-phap") == [
        *["Công chức Tư pháp đã xác nhận thông báo số 1 lúc 07:00 hôm nay; anh/chị không cần xác nhận lại."] * 2,
        "✅ Đã ghi nhận: Công chức Tư pháp đã nhận thông báo số 1.",
    ]


async def test_the_text_is_data(town: Town) -> None:
    text = "<b>{0}</b> %s *_[a](b) &amp; /xong III.16 | notice|1"
    await sent_notice(town, text)
    assert {sent.reply.blocks[1].text for sent in copies(town)} == {text}
    assert {sent.reply.blocks[1].heading for sent in copies(town)} == {False}


async def test_a_character_that_a_database_refuses_is_left_out(town: Town) -> None:
    answer = await town.says("cchc", "/thongbao Họp\x00 giao ban")
    assert answer.reply.blocks[1].text == "Họp giao ban"


async def test_a_text_that_begins_like_a_step_is_a_text(town: Town) -> None:
    for number, text in enumerate(("xem lịch họp", "Gửi báo cáo trước 17h", "dừng 5 việc", "Nhắc: 3 việc"), start=1):
        answer = await town.says("cchc", f"/thongbao {text}")
        assert answer.text.splitlines()[:2] == [f"📝 Xem trước thông báo số {number} (chưa gửi)", text]


async def test_a_text_of_3000_characters_goes_and_one_more_is_refused(town: Town) -> None:
    too_long = await town.says("cchc", "/thongbao " + "ă" * 3001)
    assert too_long.text == (
        "Nội dung dài 3001 ký tự, tối đa 3000. Anh/chị rút gọn, "
        "hoặc gửi bản đầy đủ thành tệp rồi trả lời tệp đó bằng /thongbao."
    )
    answer = await town.says("cchc", "/thongbao " + "ă" * 3000)
    assert answer.reply.blocks[1].text == "ă" * 3000


async def test_a_reply_to_a_message_sends_its_text_and_files_to_everybody(town: Town) -> None:
    answer = await town.says(
        "cchc", "/thongbao Kính gửi các anh chị", replied_text="Lịch trực tháng 6", attachments=[SCAN]
    )
    assert answer.reply.blocks[1].text == "Kính gửi các anh chị\nLịch trực tháng 6"
    await town.says("cchc", "/thongbao gui 1")
    assert [sent.reply.attachments for sent in copies(town)] == [({**SCAN, "channel": CHANNEL},)] * 10
    assert draw(copies(town)[0].reply).splitlines() == [
        "📢 Thông báo số 1 của Công chức CCHC",
        "Kính gửi các anh chị",
        "Lịch trực tháng 6",
        "[tệp: lịch họp.pdf]",
        "[✅ Đã nhận → /danhan 1]",
    ]


def test_a_reply_without_files_is_stored_as_before() -> None:
    assert say("Xin chào").to_dict() == {"blocks": [["Xin chào", False]], "buttons": []}
    assert Reply.from_dict({"blocks": [["Xin chào", False]], "buttons": []}) == say("Xin chào")


async def test_only_leaders_and_the_clerk_write_notices(town: Town) -> None:
    answer = await town.says("tu-phap", "/thongbao Họp")
    assert answer.text == (
        "Lệnh này chỉ dành cho lãnh đạo và công chức CCHC. Anh/chị gửi /huongdan để xem các lệnh của mình."
    )


async def test_a_draft_is_nobody_elses_business(town: Town) -> None:
    await town.says("lanh-dao", "/thongbao Họp kín")
    for step in ("gui 1", "gui 1 ngay", "huy 1", "xem 1"):
        answer = await town.says("chu-tich", f"/thongbao {step}")
        assert answer.text == (
            "Thông báo số 1 do Lãnh đạo phường soạn. Chỉ Lãnh đạo phường hoặc công chức CCHC gửi hay hủy được; "
            "anh/chị có thể soạn thông báo của mình bằng /thongbao NỘI DUNG."
        )
    assert copies(town) == []


async def test_the_clerk_may_send_the_draft_of_a_leader_in_the_leaders_name(town: Town) -> None:
    await town.says("lanh-dao", "/thongbao Họp")
    await town.says("cchc", "/thongbao gui 1")
    assert copies(town)[0].text == "📢 Thông báo số 1 của Lãnh đạo phường\nHọp"


async def test_a_cancelled_draft_cannot_be_sent(town: Town) -> None:
    await town.says("lanh-dao", "/thongbao Họp")
    answer = await town.says("lanh-dao", "/thongbao huy 1")
    assert answer.text == "✖️ Đã hủy thông báo số 1; không ai nhận được thông báo này."
    for command in ("gui 1", "huy 1", "gui 1 ngay", "nhac 1", "dung 1", "tiep 1"):
        answer = await town.says("lanh-dao", f"/thongbao {command}")
        assert answer.text == ("Thông báo số 1 đã hủy. Nếu vẫn cần gửi, anh/chị soạn lại bằng /thongbao NỘI DUNG.")
    assert copies(town) == []


async def test_what_is_out_cannot_be_cancelled(town: Town) -> None:
    await sent_notice(town)
    answer = await town.says("lanh-dao", "/thongbao huy 1")
    assert answer.text == (
        "Thông báo số 1 đã được gửi nên không hủy được. Để giữ lại phần chưa gửi, gõ /thongbao dung 1."
    )


async def test_a_number_that_no_notice_has_is_refused(town: Town) -> None:
    for step in ("gui", "huy", "xem", "nhac", "dung", "tiep"):
        answer = await town.says("cchc", f"/thongbao {step} 7")
        assert answer.text == "Không có thông báo số 7. Anh/chị gửi /thongbao để xem các thông báo gần đây."


async def test_a_step_without_a_number_asks_for_it(town: Town) -> None:
    for step in ("gui", "huy", "nhac", "dung", "tiep"):
        answer = await town.says("cchc", f"/thongbao {step}")
        assert answer.text == (
            f"Anh/chị cho biết số thông báo, ví dụ: /thongbao {step} 5. Gửi /thongbao để xem các số."
        )


async def test_a_draft_cannot_be_chased_stopped_or_resumed(town: Town) -> None:
    await town.says("lanh-dao", "/thongbao Họp")
    for step in ("nhac", "dung", "tiep"):
        answer = await town.says("lanh-dao", f"/thongbao {step} 1")
        assert answer.text == ("Thông báo số 1 chưa được gửi. Gõ /thongbao gui 1 để gửi, hoặc /thongbao huy 1 để bỏ.")


async def test_who_has_left_between_the_preview_and_send_gets_nothing(town: Town) -> None:
    await town.says("lanh-dao", "/thongbao Họp")
    with transaction(town.engine) as session:
        retire(session, town.people["tu-phap"], town.clock())
        for group in linked_here(session, CHANNEL, GROUP):
            unlink_group(session, group, "thử", town.clock())
    answer = await town.says("lanh-dao", "/thongbao gui 1")
    assert answer.text == "📨 Đang gửi thông báo số 1 tới 8 người."
    assert [sent.chat for sent in copies(town)] == [role for role in STAFF if role != "tu-phap"]


async def test_who_has_two_accounts_gets_one_copy_where_they_spoke_last(town: Town) -> None:
    other = Recorder(town.clock, name="telegram")
    with transaction(town.engine) as session:
        link_account(session, town.people["tu-phap"], "telegram", "4711", town.clock() + timedelta(minutes=1))
    await sent_notice(town)
    await Courier(town.engine, town.office, other, town.clock).deliver()
    assert [sent.chat for sent in other.sent] == ["4711"]
    assert [sent.chat for sent in copies(town)] == [GROUP, *(role for role in STAFF if role != "tu-phap")]


async def test_every_linked_group_gets_a_copy_whatever_its_alerts(town: Town) -> None:
    with transaction(town.engine) as session:
        link_group(session, CHANNEL, "nhóm tư pháp", "Tổ tư pháp", town.clock(), audience="tu-phap")
    await sent_notice(town)
    assert [sent.chat for sent in copies(town)][:2] == [GROUP, "nhóm tư pháp"]


async def test_a_press_of_received_is_recorded_once(town: Town) -> None:
    await sent_notice(town)
    first = await town.at("01/06/2023 08:00").says("tu-phap", "/danhan 1")
    assert first.text == "✅ Đã ghi nhận: Công chức Tư pháp đã nhận thông báo số 1."
    second = await town.at("01/06/2023 09:00").says("tu-phap", "/ack 1")
    assert second.text == (
        "Công chức Tư pháp đã xác nhận thông báo số 1 lúc 08:00 hôm nay; anh/chị không cần xác nhận lại."
    )
    with transaction(town.engine) as session:
        said = [entry[:3] for entry in trail(session, "notice:1") if entry[2] == "notice_ack"]
    assert said == [(moment("01/06/2023 08:00"), town.people["tu-phap"], "notice_ack")]


async def test_in_the_group_who_presses_counts(town: Town) -> None:
    await sent_notice(town)
    answer = await town.says("van-hoa", "/danhan 1", in_group=True)
    assert (answer.chat, answer.text) == (GROUP, "✅ Đã ghi nhận: Công chức Văn hóa đã nhận thông báo số 1.")


async def test_received_on_one_channel_holds_on_every_channel(town: Town) -> None:
    await sent_notice(town)
    await town.says("tu-phap", "/danhan 1")
    with transaction(town.engine) as session:
        link_account(session, town.people["tu-phap"], CHANNEL, "máy khác", town.clock())
    answer = await town.says("máy khác", "/danhan 1")
    assert answer.text == (
        "Công chức Tư pháp đã xác nhận thông báo số 1 lúc 07:00 hôm nay; anh/chị không cần xác nhận lại."
    )


async def test_a_stranger_cannot_acknowledge(town: Town) -> None:
    await sent_notice(town)
    assert [(await town.says(STRANGER, "/danhan 1", in_group=each)).text for each in (False, True)] == [
        STRANGER_WORDS,
        STRANGER_WORDS,
    ]
    with transaction(town.engine) as session:
        assert [entry[2] for entry in trail(session, "notice:1")] == ["notice_draft", "notice_send"]


async def test_what_was_not_sent_cannot_be_acknowledged(town: Town) -> None:
    await town.says("lanh-dao", "/thongbao Họp kín")
    assert (await town.says("tu-phap", "/danhan 1")).text == (
        "Không có thông báo số 1 để xác nhận. Anh/chị chọn “✅ Đã nhận” ngay dưới thông báo cần xác nhận."
    )
    assert (await town.says("tu-phap", "/danhan")).text == (
        "Anh/chị chọn “✅ Đã nhận” dưới thông báo, hoặc gõ lệnh kèm số của thông báo, ví dụ: /danhan 5."
    )


async def test_the_status_lists_who_has_received_and_who_has_not(town: Town) -> None:
    await sent_notice(town)
    await town.at("01/06/2023 07:10").says("van-hoa", "/danhan 1")
    await town.at("01/06/2023 07:20").says("tu-phap", "/danhan 1")
    answer = await town.at("01/06/2023 09:00").says("chu-tich", "/thongbao status")
    missing = names("cchc", "van-phong", "tai-chinh", "mot-cua", "khong-chuyen-trach", "chu-tich")
    assert answer.text.splitlines() == [
        "📊 Thông báo số 1 của Lãnh đạo phường: gửi lúc 07:00 hôm nay",
        "“Họp giao ban lúc 8h”",
        "Gửi tới 1 nhóm và 9 người: 10 tin đã tới.",
        f"✅ Đã nhận (2): {names('van-hoa', 'tu-phap')}.",
        f"⏳ Chưa nhận (6): {missing}.",
    ]
    assert commands(answer.reply) == ["/thongbao nhac 1", "/thongbao xem 1"]


async def test_the_status_counts_what_waits_and_what_failed(town: Town) -> None:
    await town.says("lanh-dao", "/thongbao Họp")
    town.channel.failures = [
        SendFailed("thử lại sau", retry_after=timedelta(minutes=5)),
        SendFailed("không nhận", rejected=True),
        SendFailed("mạng chậm"),  # meets the notice to the clerk about it
        SendFailed("mạng chậm"),
    ]
    await town.hears("lanh-dao", "/thongbao gui 1")
    with transaction(town.engine) as session:
        retire(session, town.people["chu-tich"], town.clock())
    answer = await town.says("cchc", "/thongbao xem 1")
    assert answer.text.splitlines()[2:4] == [
        "Gửi tới 1 nhóm và 9 người: 7 tin đã tới, 2 tin đang chờ gửi, 1 tin không gửi được.",
        "⚠️ Không gửi được: nhóm Nhóm cơ quan.",
    ]
    assert "Chủ tịch phường" not in answer.text
    assert commands(answer.reply) == ["/thongbao nhac 1", "/thongbao xem 1", "/thongbao dung 1"]


async def test_when_everybody_has_received_there_is_nobody_to_chase(town: Town) -> None:
    await sent_notice(town)
    for role in STAFF:
        if role != "lanh-dao":
            await town.says(role, "/danhan 1")
    shown = await town.says("lanh-dao", "/thongbao xem 1")
    assert shown.text.splitlines()[-1] == "Không còn ai chưa nhận. 👍"
    assert commands(shown.reply) == ["/thongbao xem 1"]
    answer = await town.says("lanh-dao", "/thongbao nhac 1")
    assert answer.text == "Mọi người đều đã nhận thông báo số 1, không cần nhắc ai."
    assert chased(town) == []


async def test_a_chaser_goes_in_private_to_those_only_who_have_not_pressed(town: Town) -> None:
    await sent_notice(town, "Họp giao ban " + "rất dài " * 30)
    for role in ("cchc", "van-phong", "tu-phap", "tai-chinh", "van-hoa", "mot-cua"):
        await town.says(role, "/danhan 1")
    answer = await town.says("chu-tich", "/thongbao nhac 1")
    assert answer.text == f"📣 2 người đã được nhắc riêng: {names('khong-chuyen-trach', 'chu-tich')}."
    assert chased(town) == ["khong-chuyen-trach", "chu-tich"]
    chaser = town.said_to("khong-chuyen-trach")[-1]
    assert chaser.text.splitlines() == [
        "📣 Chủ tịch phường nhắc: anh/chị chưa xác nhận thông báo số 1 của Lãnh đạo phường",
        "“" + ("Họp giao ban " + "rất dài " * 30)[:80].rstrip() + "…”",
        "Anh/chị đọc rồi thì chọn mục dưới đây.",
    ]
    assert commands(chaser.reply) == ["/danhan 1"]


async def test_a_person_is_chased_once_a_day(town: Town) -> None:
    await sent_notice(town)
    await town.says("lanh-dao", "/thongbao nhac 1")
    again = await town.at("01/06/2023 15:00").says("cchc", "/thongbao nhac 1")
    assert again.text == f"Hôm nay đã nhắc rồi, không nhắc thêm: {', '.join(STAFF_BUT_THE_LEADER)}."
    await town.at("02/06/2023 08:00").says("cchc", "/thongbao nhac 1")
    assert len(chased(town)) == 16


async def test_a_chaser_waits_for_office_hours_and_comes_once(town: Town) -> None:
    await sent_notice(town)
    answer = await town.at("03/06/2023 09:00").says("lanh-dao", "/thongbao nhac 1")
    assert answer.text == (f"📣 8 người sẽ được nhắc lúc 07:30 thứ Hai 5/6: {', '.join(STAFF_BUT_THE_LEADER)}.")
    answer = await town.at("04/06/2023 09:00").says("lanh-dao", "/thongbao nhac 1")
    assert answer.text == f"Đã hẹn nhắc rồi, không nhắc thêm: {', '.join(STAFF_BUT_THE_LEADER)}."
    await town.says("tu-phap", "/danhan 1")
    assert chased(town) == []
    await town.at("05/06/2023 07:30").tick()
    assert chased(town) == [role for role in STAFF if role not in ("lanh-dao", "tu-phap")]


async def test_a_chaser_that_failed_is_not_tried_again_in_the_evening(town: Town) -> None:
    await sent_notice(town)
    town.at("01/06/2023 16:59").channel.failures = [SendFailed("mất mạng")] * 9
    await town.hears("lanh-dao", "/thongbao nhac 1")
    await town.at("01/06/2023 17:30").tick()
    assert chased(town) == []
    await town.at("02/06/2023 07:30").tick()
    assert chased(town) == [role for role in STAFF if role != "lanh-dao"]


async def test_who_never_got_the_notice_is_chased_with_all_of_it(town: Town) -> None:
    with transaction(town.engine) as session:
        mark_unreachable(session, CHANNEL, "tu-phap", "đã chặn bot")
        mark_unreachable(session, CHANNEL, "van-hoa", "đã chặn bot")
    text = "Nội dung đầy đủ. " * 20 + "Hết."
    await town.says("lanh-dao", f"/thongbao {text}", attachments=[SCAN])
    await town.says("lanh-dao", "/thongbao gui 1")
    await town.says("tu-phap", "/viec")
    answer = await town.says("lanh-dao", "/thongbao nhac 1")
    assert answer.text.splitlines()[1:] == ["Chưa liên lạc được qua bot, cần báo riêng: Công chức Văn hóa."]
    assert town.said_to("tu-phap")[-1].reply.blocks[1].text == text
    assert town.said_to("tu-phap")[-1].reply.attachments == ({**SCAN, "channel": CHANNEL},)
    assert town.said_to("cchc")[-1].reply.attachments == ()


async def test_bare_the_command_lists_the_last_five_and_how_to_write_one(town: Town) -> None:
    nothing = await town.says("cchc", "/thongbao")
    assert nothing.text.splitlines()[0] == "📢 Chưa có thông báo nào"
    for number in range(1, 7):
        await town.says("cchc", f"/thongbao Việc {number}")
    await town.says("cchc", "/thongbao gui 5")
    await town.says("tu-phap", "/danhan 5")
    await town.says("cchc", "/thongbao huy 4")
    answer = await town.says("cchc", "/thongbao")
    assert answer.text.splitlines() == [
        "📢 Thông báo gần đây",
        "• Số 6 của Công chức CCHC: bản nháp, chưa gửi",
        "  “Việc 6”",
        "• Số 5 của Công chức CCHC: gửi lúc 07:00 hôm nay, 1 người đã nhận",
        "  “Việc 5”",
        *(
            line
            for number in (3, 2, 1)
            for line in (f"• Số {number} của Công chức CCHC: bản nháp, chưa gửi", f"  “Việc {number}”")
        ),
        "",
        "Soạn: /thongbao NỘI DUNG",
        "Hẹn giờ: /thongbao 14:00 25/11 NỘI DUNG",
        "Gửi một tin hoặc tệp có sẵn: trả lời tin đó bằng /thongbao",
        "Bot cho xem trước, anh/chị chọn Gửi thì mới gửi.",
    ]
    assert commands(answer.reply) == [f"/thongbao xem {number}" for number in (6, 5, 3, 2, 1)]


async def test_the_list_hides_drafts_of_others_but_not_from_the_clerk(town: Town) -> None:
    await town.says("lanh-dao", "/thongbao Họp kín")
    seen = {role: commands((await town.says(role, "/thongbao")).reply) for role in ("lanh-dao", "chu-tich", "cchc")}
    assert seen == {"lanh-dao": ["/thongbao xem 1"], "chu-tich": [], "cchc": ["/thongbao xem 1"]}


async def test_status_without_any_notice_says_how_to_write_one(town: Town) -> None:
    answer = await town.says("cchc", "/thongbao status")
    assert answer.text == "Chưa có thông báo nào được gửi. Để soạn, anh/chị gõ: /thongbao NỘI DUNG."


async def test_every_button_fits_a_telegram_callback(town: Town) -> None:
    await sent_notice(town)
    await town.says("lanh-dao", "/thongbao 14:00 2/6 Họp")
    await town.says("lanh-dao", "/thongbao gui 2")
    await town.says("lanh-dao", "/thongbao xem 1")
    pressed = {command for sent in town.channel.sent for command in commands(sent.reply)}
    assert pressed == {command for command in pressed if command.isascii() and len(command) <= 64}


async def test_every_step_is_in_the_audit_trail(town: Town) -> None:
    await sent_notice(town)
    await town.says("tu-phap", "/danhan 1")
    await town.says("chu-tich", "/thongbao nhac 1")
    await town.says("lanh-dao", "/thongbao Nhầm")
    await town.says("cchc", "/thongbao huy 2")
    with transaction(town.engine) as session:
        said = [(who, action, subject) for _, who, action, subject, _ in trail(session) if "notice" in subject]
    assert said == [
        (town.people["lanh-dao"], "notice_draft", "notice:1"),
        (town.people["lanh-dao"], "notice_send", "notice:1"),
        (town.people["tu-phap"], "notice_ack", "notice:1"),
        (town.people["chu-tich"], "notice_chase", "notice:1"),
        (town.people["lanh-dao"], "notice_draft", "notice:2"),
        (town.people["cchc"], "notice_cancel", "notice:2"),
    ]


def send_and_crash(town: Town) -> None:
    with transaction(town.engine) as session:
        notice = notices.find(session, 1, lock=True)
        assert notice is not None
        send(session, roster(session, town.office.plans), notice, town.clock())
        assert session.exec(select(func.count()).where(OutboxRow.kind == "broadcast")).one() == 10
        raise RuntimeError("mất điện")


async def test_a_crash_in_the_middle_of_send_leaves_a_draft_and_no_copy(town: Town) -> None:
    await town.says("lanh-dao", "/thongbao Họp")
    with pytest.raises(RuntimeError, match="mất điện"):
        send_and_crash(town)
    assert states(town) == {}
    await town.says("lanh-dao", "/thongbao gui 1")
    assert [sent.chat for sent in copies(town)] == [GROUP, *STAFF]


async def test_after_a_crash_in_the_middle_of_delivery_the_rest_goes_out_and_nothing_twice(town: Town) -> None:
    await town.says("lanh-dao", "/thongbao Họp", attachments=[SCAN])
    town.channel.failures = [SendFailed("mất mạng")] * 11
    await town.hears("lanh-dao", "/thongbao gui 1")
    assert copies(town) == []
    town.clock.step(timedelta(seconds=6))
    with transaction(town.engine) as session:  # the answer, and a copy that was on its way when the power went
        assert [claim(session, CHANNEL, town.clock()) is not None for _ in range(2)] == [True, True]
    restarted = Courier(town.engine, town.office, town.channel, town.clock)
    town.channel.knows = Arrived.UNKNOWN
    await restarted.recover()
    await restarted.deliver()
    assert sorted(sent.chat for sent in copies(town)) == sorted([GROUP, *STAFF])
    again = [sent for sent in copies(town) if sent.text.startswith("(nhắc lại)")]
    assert [(sent.chat, sent.reply.attachments) for sent in again] == [(GROUP, ({**SCAN, "channel": CHANNEL},))]
    shown = await town.says("lanh-dao", "/thongbao xem 1")
    assert shown.text.splitlines()[2] == "Gửi tới 1 nhóm và 9 người: 10 tin đã tới."
