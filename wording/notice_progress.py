"""The words about a notice that is out: how far it has come, who has received it, the chaser."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from records.notices import CANCELLED, DRAFT, SCHEDULED, STOPPED, Notice
from wording.message import Block, Button, Reply, say
from wording.notice_parts import (
    cancel_button,
    draft_buttons,
    gist,
    moment_words,
    name_blocks,
    now_button,
    received_button,
    resume_button,
    show_button,
    stop_button,
    to_whom,
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a notice has come: numbers of its copies, and names."""

    groups: int
    people: int
    delivered: int
    waiting: int
    stopped: int
    unclear: int
    dropped: int
    failed: tuple[str, ...]
    unreachable: tuple[str, ...]
    received: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chased:
    """Names of those who are chased, were today already, cannot be reached, or are still being sent the notice."""

    queued: tuple[str, ...]
    already: tuple[str, ...]
    unreachable: tuple[str, ...]
    waiting: tuple[str, ...]
    later: datetime | None


def acknowledged(notice: Notice, name: str, since: datetime | None, now: datetime) -> Reply:
    """Short, because a channel may show it as a pop-up; `since`: it was on record already."""
    if since is None:
        return say(f"✅ Đã ghi nhận: {name} đã nhận thông báo số {notice.id}.")
    return say(
        f"{name} đã xác nhận thông báo số {notice.id} lúc {moment_words(since, now)}; anh/chị không cần xác nhận lại."
    )


def progress(notice: Notice, author: str, shown: Progress, now: datetime) -> Reply:
    """How far it has come: copies, who has received it, who has not, and what can be done."""
    blocks = [
        Block(f"📊 Thông báo số {notice.id} của {author}: {_state(notice, now)}", heading=True),
        Block(f"“{gist(notice)}”"),
        Block(f"Gửi tới {to_whom(shown.groups, shown.people)}: {_copies(shown)}."),
    ]
    if shown.failed:
        blocks += name_blocks("⚠️ Không gửi được", shown.failed)
    if shown.unreachable:
        blocks += name_blocks("⚠️ Chưa liên lạc được qua bot, cần báo riêng", shown.unreachable)
    blocks += name_blocks(f"✅ Đã nhận ({len(shown.received)})", shown.received or ("chưa có ai",))
    if shown.missing:
        blocks += name_blocks(f"⏳ Chưa nhận ({len(shown.missing)})", shown.missing)
    else:
        blocks.append(Block("Không còn ai chưa nhận. 👍"))
    return Reply(tuple(blocks), _progress_buttons(notice, shown))


def not_out(notice: Notice, author: str, now: datetime) -> Reply:
    """A draft, a scheduled or a cancelled notice: how it stands, and what can be done."""
    heading = Block(f"📊 Thông báo số {notice.id} của {author}: {_state(notice, now)}", heading=True)
    buttons = {
        DRAFT: (draft_buttons(notice),),
        SCHEDULED: ((now_button(notice), cancel_button(notice)),),
    }.get(notice.state, ())
    return Reply((heading, Block(f"“{gist(notice)}”")), buttons)


def stopped(notice: Notice, held: int, shown: Progress) -> Reply:
    """What has not gone out stays back."""
    words = f"⏹ Đã dừng gửi thông báo số {notice.id}: giữ lại {held} tin chưa gửi, {shown.delivered} tin đã tới nơi."
    return say(words, buttons=((resume_button(notice), show_button(notice, "📊 Ai đã nhận")),))


def resumed(notice: Notice, queued: int, gone: Sequence[str]) -> Reply:
    """What was held back goes on."""
    lines = [f"▶️ Gửi tiếp thông báo số {notice.id}: {queued} tin."]
    if gone:
        lines.append(f"Không gửi nữa vì đã nghỉ, không còn nhóm hoặc chưa liên lạc được: {', '.join(gone)}.")
    return say(*lines, buttons=((show_button(notice, "📊 Ai đã nhận"), stop_button(notice)),))


def chaser(notice: Notice, author: str, by: str, *, whole: bool) -> Reply:
    """To one person who has not pressed; `whole` where the notice itself never arrived."""
    blocks = [Block(f"📣 {by} nhắc: anh/chị chưa xác nhận thông báo số {notice.id} của {author}", heading=True)]
    if whole and notice.text:
        blocks.append(Block(notice.text))
    elif not whole:
        blocks.append(Block(f"“{gist(notice)}”"))
    blocks.append(Block("Anh/chị đọc rồi thì chọn mục dưới đây."))
    return Reply(tuple(blocks), ((received_button(notice),),), notice.attachments if whole else ())


def chased(notice: Notice, result: Chased, now: datetime) -> Reply:
    """To who has pressed: whom the chaser reaches."""
    lines = []
    if result.queued:
        when = f"sẽ được nhắc lúc {moment_words(result.later, now)}" if result.later else "đã được nhắc riêng"
        lines.append(f"📣 {len(result.queued)} người {when}: {', '.join(result.queued)}.")
    if result.already:
        day = "Đã hẹn nhắc" if result.later else "Hôm nay đã nhắc"
        lines.append(f"{day} rồi, không nhắc thêm: {', '.join(result.already)}.")
    if result.waiting:
        lines.append(f"Thông báo chưa gửi tới nên chưa nhắc: {', '.join(result.waiting)}.")
    if result.unreachable:
        lines.append(f"Chưa liên lạc được qua bot, cần báo riêng: {', '.join(result.unreachable)}.")
    return say(*(lines or [f"Mọi người đều đã nhận thông báo số {notice.id}, không cần nhắc ai."]))


def recent(notices: Sequence[Notice], names: Mapping[int, str], received: Mapping[int, int], now: datetime) -> Reply:
    """The last notices, and how to write one."""
    blocks = [Block("📢 Thông báo gần đây" if notices else "📢 Chưa có thông báo nào", heading=True)]
    for each in notices:
        count = f", {received.get(each.id, 0)} người đã nhận" if each.is_out else ""
        blocks.append(Block(f"• Số {each.id} của {names[each.id]}: {_state(each, now)}{count}\n  “{gist(each)}”"))
    blocks.append(
        Block(
            "\nSoạn: /thongbao NỘI DUNG\nHẹn giờ: /thongbao 14:00 25/11 NỘI DUNG\n"
            "Gửi một tin hoặc tệp có sẵn: trả lời tin đó bằng /thongbao\n"
            "Bot cho xem trước, anh/chị chọn Gửi thì mới gửi."
        )
    )
    buttons = tuple(show_button(each, f"📊 Số {each.id}") for each in notices)
    return Reply(tuple(blocks), (buttons,) if buttons else ())


def _state(notice: Notice, now: datetime) -> str:
    if notice.state == SCHEDULED and notice.send_at is not None:
        return f"hẹn gửi lúc {moment_words(notice.send_at, now)}"
    if notice.sent_at is not None:
        when = moment_words(notice.sent_at, now)
        return f"gửi lúc {when}, đang dừng" if notice.state == STOPPED else f"gửi lúc {when}"
    return {DRAFT: "bản nháp, chưa gửi", CANCELLED: "đã hủy"}.get(notice.state, notice.state)


def _copies(shown: Progress) -> str:
    parts = [f"{shown.delivered} tin đã tới"]
    parts += [f"{shown.waiting} tin đang chờ gửi"] if shown.waiting else []
    parts += [f"{shown.stopped} tin đang dừng"] if shown.stopped else []
    parts += [f"{shown.unclear} tin chưa rõ đã tới hay chưa"] if shown.unclear else []
    parts += [f"{len(shown.failed)} tin không gửi được"] if shown.failed else []
    parts += [f"{shown.dropped} tin không gửi nữa vì người nhận đã nghỉ"] if shown.dropped else []
    return ", ".join(parts)


def _progress_buttons(notice: Notice, shown: Progress) -> tuple[tuple[Button, ...], ...]:
    row = [show_button(notice, "🔄 Xem lại")]
    if notice.state == STOPPED:
        row.append(resume_button(notice))
    elif shown.waiting:
        row.append(stop_button(notice))
    chase = ((Button("📣 Nhắc người chưa nhận", f"/thongbao nhac {notice.id}"),),) if shown.missing else ()
    return (*chase, tuple(row))
