"""The words of a dossier: what happened, line by line, and the message that brings it."""

from collections.abc import Mapping, Sequence
from typing import Any

from plan_data.plan import Deadline
from records.completions import Completion
from records.dossier import Extended, Told
from records.evidence import Evidence
from records.people import Roster
from wording.dates import done_words, full_day
from wording.evidence import evidence_words
from wording.message import Block, Reply, file_name
from wording.reasons import reason_name
from wording.refusals import Refusal


def reminded_words(told: Told) -> str:
    """A reminder, and whether it went out."""
    words = f"Bot nhắc: {reason_name(told.reason, f'||{told.reason}{told.number or str()}|')}"
    if told.dropped:
        return f"{words}; không gửi ({told.dropped})"
    return words if told.sent_at else f"{words}; chưa gửi được"


def recipient_words(recipient: str, people: Roster, groups: Mapping[int, str]) -> str:
    """The person's name or the group's title."""
    kind, _, number = recipient.partition(":")
    return people.name_of(int(number)) if kind == "person" else groups.get(int(number), "nhóm")


def completed_words(deadline: Deadline, done: Completion, files: Sequence[Evidence], whose: str) -> str:
    """A completion with everything that came with it."""
    late = done.recorded_at > deadline.due_at if deadline.due_at else done.done_on > deadline.last_day
    parts = [f"Ghi nhận hoàn thành ngày {full_day(done.done_on)}"]
    if deadline.rule.kind != "continuous":
        parts.append(done_words(deadline, done.done_on, late))
    parts += [f"phần của {whose}"] if whose else []
    parts += [f"văn bản số {done.document}"] if done.document else []
    parts += [f"nội dung: {done.note}"] if done.note else []
    proofs = [*(file_name(each) for each in done.evidence), *(evidence_words(each) for each in files)]
    parts += [f"minh chứng: {', '.join(proofs)}"] if proofs else []
    return "; ".join(parts)


def undone_words() -> str:
    """A completion was taken back."""
    return "Hoàn tác ghi nhận hoàn thành"


def extended_words(moved: Extended) -> str:
    """A date was set or moved."""
    old = f", trước là ngày {full_day(moved.old_day)}" if moved.old_day else ""
    return f"Đặt hạn mới ngày {full_day(moved.new_day)}{old}; văn bản số {moved.document}"


def dossier(code: str, short: str, file: dict[str, Any]) -> Reply:
    """The message that brings it."""
    return Reply(
        (
            Block(f"🗂 Hồ sơ theo dõi nhiệm vụ {code}: {short}", heading=True),
            Block("Nội dung theo Kế hoạch, từng kỳ, mọi lời nhắc, ghi nhận, gia hạn và minh chứng, theo thời gian."),
        ),
        attachments=(file,),
    )


def which_dossier() -> Refusal:
    """A dossier is of one task."""
    return Refusal("Anh/chị muốn hồ sơ của nhiệm vụ nào? Ví dụ: /hosonhiemvu III.16")
