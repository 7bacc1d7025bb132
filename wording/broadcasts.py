"""The words of sending a notice ("thông báo"): the notice itself, the preview, the answers, the refusals."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from records.notices import Notice
from wording.message import Block, Reply, file_name, say
from wording.notice_parts import (
    cancel_button,
    draft_buttons,
    moment_words,
    name_blocks,
    now_button,
    received_button,
    show_button,
    stop_button,
    to_whom,
)
from wording.refusals import Refusal

LATE_AFTER = timedelta(minutes=5)  # a person chose the minute
_LATE = "(gửi muộn,"


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a notice reaches at this moment, and the names of those whom it does not."""

    groups: int
    people: int
    unreachable: tuple[str, ...]


def notice_message(notice: Notice, author: str) -> Reply:
    """The notice as everybody gets it."""
    text = [Block(notice.text)] if notice.text else []
    blocks = (Block(f"📢 Thông báo số {notice.id} của {author}", heading=True), *text)
    return Reply(blocks, ((received_button(notice),),), notice.attachments)


def late_notice(reply: Reply, planned: datetime, now: datetime) -> Reply:
    """A notice that goes out well after its time says so, once."""
    if now - planned <= LATE_AFTER or reply.blocks[0].text.startswith(_LATE):
        return reply
    words = f"{_LATE} lẽ ra gửi lúc {moment_words(planned, now)})"
    return replace(reply, blocks=(Block(words), *reply.blocks))


def preview(notice: Notice, reach: Reach, now: datetime, *, outside_hours: bool) -> Reply:
    """To the author: what will go out, to whom and when; nothing has been sent yet."""
    blocks = [Block(f"📝 Xem trước thông báo số {notice.id} (chưa gửi)", heading=True)]
    if notice.text:
        blocks.append(Block(notice.text))
    if notice.attachments:
        blocks.append(Block(f"📎 Tệp kèm theo: {', '.join(file_name(each) for each in notice.attachments)}"))
    blocks.append(Block(f"\nSẽ gửi tới {to_whom(reach.groups, reach.people)}."))
    if reach.unreachable:
        blocks += name_blocks("Chưa liên lạc được qua bot, cần báo riêng", reach.unreachable)
    if notice.send_at is not None:
        warning = " ⚠️ Đây là ngoài giờ làm việc." if outside_hours else ""
        blocks.append(Block(f"🕑 Hẹn gửi lúc {moment_words(notice.send_at, now)}.{warning}"))
    elif outside_hours:
        blocks.append(Block("⚠️ Đang ngoài giờ làm việc: chọn Gửi thì mọi người nhận được ngay."))
    blocks.append(Block("Chọn Gửi để gửi, Hủy để bỏ."))
    return Reply(tuple(blocks), (draft_buttons(notice),))


def sending(notice: Notice, reach: Reach) -> Reply:
    """It is queued."""
    lines = [f"📨 Đang gửi thông báo số {notice.id} tới {to_whom(reach.groups, reach.people)}."]
    if reach.unreachable:
        lines.append(f"Chưa liên lạc được qua bot, cần báo riêng: {', '.join(reach.unreachable)}.")
    return say(*lines, buttons=((show_button(notice, "📊 Ai đã nhận"), stop_button(notice)),))


def scheduled(notice: Notice, now: datetime, *, already: bool = False) -> Reply:
    """It waits for its hour."""
    when = moment_words(notice.send_at, now) if notice.send_at else ""
    said = "đã được hẹn" if already else "sẽ được gửi"
    return say(
        f"🕑 Thông báo số {notice.id} {said} lúc {when}. Trước giờ đó anh/chị vẫn hủy được.",
        buttons=((now_button(notice), cancel_button(notice)),),
    )


def cancelled(notice: Notice) -> Reply:
    """It will not be sent."""
    return say(f"✖️ Đã hủy thông báo số {notice.id}; không ai nhận được thông báo này.")


def out_already(notice: Notice, now: datetime) -> Reply:
    """Sent is sent: a second press sends nothing."""
    when = moment_words(notice.sent_at, now) if notice.sent_at else ""
    return say(
        f"Thông báo số {notice.id} đã được gửi lúc {when}, bot không gửi lại.",
        buttons=((show_button(notice, "📊 Ai đã nhận"),),),
    )


def too_long(length: int, most: int) -> Refusal:
    """More than a chat shows well."""
    return Refusal(
        f"Nội dung dài {length} ký tự, tối đa {most}. Anh/chị rút gọn, "
        "hoặc gửi bản đầy đủ thành tệp rồi trả lời tệp đó bằng /thongbao."
    )


def nothing_to_send() -> Refusal:
    """An hour without a text."""
    return Refusal(
        "Thông báo chưa có nội dung. Anh/chị gõ nội dung sau giờ hẹn, ví dụ: /thongbao 14:00 25/11 Họp giao ban; "
        "hoặc trả lời một tin có sẵn bằng lệnh này."
    )


def no_such_moment(words: str) -> Refusal:
    """An hour or a day that does not exist."""
    return Refusal(
        f"Không có thời điểm “{words}”. Anh/chị ghi giờ và ngày, ví dụ: /thongbao 14:00 25/11 Họp giao ban."
    )


def moment_is_past(moment: datetime, now: datetime) -> Refusal:
    """The hour that was named is over."""
    return Refusal(
        f"Giờ hẹn {moment_words(moment, now)} đã qua. Anh/chị soạn lại với giờ khác, "
        "hoặc bỏ giờ hẹn để gửi ngay: /thongbao NỘI DUNG."
    )


def moment_too_far(moment: datetime, now: datetime) -> Refusal:
    """More than a year ahead."""
    return Refusal(
        f"Giờ hẹn {moment_words(moment, now)} cách đây hơn một năm. Anh/chị kiểm tra lại ngày rồi soạn lại."
    )


def hour_has_come(notice: Notice, now: datetime) -> Refusal:
    """The author pressed Send after the hour that the draft names."""
    when = moment_words(notice.send_at, now) if notice.send_at else ""
    return Refusal(
        f"Giờ hẹn {when} đã qua nên thông báo số {notice.id} chưa được gửi. Gõ /thongbao gui {notice.id} ngay "
        "để gửi ngay, hoặc soạn lại với giờ khác."
    )


def no_such_notice(number: int) -> Refusal:
    """A number that no notice has, or none that this person may know of."""
    return Refusal(f"Không có thông báo số {number}. Anh/chị gửi /thongbao để xem các thông báo gần đây.")


def nothing_to_receive(number: int) -> Refusal:
    """Acknowledging what was never sent."""
    return Refusal(
        f"Không có thông báo số {number} để xác nhận. Anh/chị chọn “✅ Đã nhận” ngay dưới thông báo cần xác nhận."
    )


def which_to_receive() -> Refusal:
    """Acknowledging without a number."""
    return Refusal("Anh/chị chọn “✅ Đã nhận” dưới thông báo, hoặc gõ lệnh kèm số của thông báo, ví dụ: /danhan 5.")


def which_notice(verb: str) -> Refusal:
    """A step without the number of the notice."""
    return Refusal(f"Anh/chị cho biết số thông báo, ví dụ: /thongbao {verb} 5. Gửi /thongbao để xem các số.")


def none_is_out() -> Refusal:
    """Nothing was ever sent."""
    return Refusal("Chưa có thông báo nào được gửi. Để soạn, anh/chị gõ: /thongbao NỘI DUNG.")


def not_your_notice(notice: Notice, author: str) -> Refusal:
    """Somebody else's draft."""
    return Refusal(
        f"Thông báo số {notice.id} do {author} soạn. Chỉ {author} hoặc công chức CCHC gửi hay hủy được; "
        "anh/chị có thể soạn thông báo của mình bằng /thongbao NỘI DUNG."
    )


def cancelled_already(notice: Notice) -> Refusal:
    """It was given up before."""
    return Refusal(f"Thông báo số {notice.id} đã hủy. Nếu vẫn cần gửi, anh/chị soạn lại bằng /thongbao NỘI DUNG.")


def too_late_to_cancel(notice: Notice) -> Refusal:
    """It is out."""
    return Refusal(
        f"Thông báo số {notice.id} đã được gửi nên không hủy được. Để giữ lại phần chưa gửi, "
        f"gõ /thongbao dung {notice.id}."
    )


def not_out_yet(notice: Notice) -> Refusal:
    """Chasing, stopping or resuming what has not been sent."""
    return Refusal(
        f"Thông báo số {notice.id} chưa được gửi. Gõ /thongbao gui {notice.id} để gửi, "
        f"hoặc /thongbao huy {notice.id} để bỏ."
    )


def nothing_to_stop(notice: Notice) -> Refusal:
    """Everything has gone out."""
    return Refusal(
        f"Thông báo số {notice.id} không còn tin nào chờ gửi nên không có gì để dừng. "
        f"Gõ /thongbao xem {notice.id} để xem ai đã nhận."
    )


def stopped_already(notice: Notice) -> Refusal:
    """It stands still."""
    return Refusal(f"Thông báo số {notice.id} đang dừng rồi. Gõ /thongbao tiep {notice.id} để gửi tiếp.")


def not_stopped(notice: Notice) -> Refusal:
    """There is nothing to resume."""
    return Refusal(
        f"Thông báo số {notice.id} không bị dừng nên không cần gửi tiếp. "
        f"Gõ /thongbao xem {notice.id} để xem ai đã nhận."
    )
