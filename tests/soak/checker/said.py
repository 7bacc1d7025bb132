"""What the messages say, read as a person reads them: headings, and lines that begin with a bullet and a code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from tests.soak.journal import Entry

AGAIN = "(nhắc lại)"
_SECTIONS = {
    "📌 VIỆC MỚI": "event",
    "🚩 BÁO CÁO": "escalated",
    "🔴 QUÁ HẠN": "overdue",
    "⏰ HẾT HẠN": "last_call",
    "🟠 HÔM NAY": "last_day",
    "🟡 SẮP ĐẾN HẠN": "upcoming",
    "💤 LÂU CHƯA": "silent",
    "✅ ĐÃ XONG": "done",
}
_PART = re.compile(r"\((\d+)/(\d+)\) ")
_OPEN = re.compile(r"(?:•|🔴|🟠) (\S+) (.+)")
_BULLET = re.compile(r"• (\S+) (.+)")
_LATE_WORDS = ("gửi muộn", "lẽ ra")
_OTHERS = {
    "copy": re.compile(r"📢 Thông báo số \d+ của "),
    "nudge": re.compile(r"📣 .+ đôn đốc, "),
    "away": re.compile(r"🤝 |🏖 (?!Đã ghi nhận)"),
    "code": re.compile(r"🔑 Mã dùng một lần của "),
    "chase": re.compile(r"📣 .+ nhắc: "),
    "case": re.compile(r"⏰ Hồ sơ "),
    "statistics": re.compile(r"📊 Hồ sơ trong "),
}
_NOTICES = (
    "📁",
    "📥",
    "📅",
    "ℹ️ Bot đã hoạt động",
    "⚠️ Không gửi được tin",
    "⚠️ Có tin không gửi được",
    "ℹ️ Đã liên lạc",
    "⚠️ Chưa rõ tin đã đến",
    "⚠️ Lỗi của chương trình",
    "⚠️ Mất liên lạc",
    "⚠️ Đồng hồ của máy",
    "📶",
)


@dataclass(frozen=True)
class Mention:
    """A line of a digest that speaks of open work, or of what is done since the last digest."""

    section: str
    code: str
    title: str
    says_late: bool


@dataclass(frozen=True)
class Message:
    """Something that came onto a screen; of one in several parts the first says when, the last is numbered `seq`."""

    seq: int
    true: datetime
    clock: datetime
    who: str
    channel: str
    text: str

    @property
    def is_again(self) -> bool:
        """Marked as said once more."""
        return AGAIN in self.text

    @property
    def is_late(self) -> bool:
        """It says of itself, as a whole, that it comes late."""
        return "gửi muộn" in "\n".join(self.bare.splitlines()[:1] + self.text.splitlines()[:1])

    @property
    def is_of_an_earlier_day(self) -> bool:
        """It was written on another day, and counts as said on that one."""
        return self.is_late and "hôm nay" not in self.text.partition("\n")[0]

    @property
    def bare(self) -> str:
        """Without the marks in front of it."""
        text = self.text.replace(f"{AGAIN} ", "", 1).replace(AGAIN, "", 1).lstrip()
        return text.partition("\n")[2].lstrip() if text.startswith("(gửi muộn") else text

    @property
    def kind(self) -> str:
        """A digest, a month's picture, a week's review, a file without words, a notice to the clerk, an answer;
        or what colleagues cause: a copy of a notice, a nudge, news of who is away, a code; or a
        reminder of cases, their figures.
        """
        bare = self.bare
        if bare.startswith(("🔔 Nhắc việc", "🔔 Việc mới", "🔔 Nhắc cuối ngày")):
            return "digest"
        if not bare or bare.startswith(("📝 Dự thảo báo cáo", "📄 Dự thảo phiếu")):
            return "paper"
        if bare.startswith("🗓 Tổng hợp"):
            return "picture"
        if found := next((kind for kind, start in _OTHERS.items() if start.match(bare)), None):
            return found
        if bare.startswith("📋 Rà soát tuần"):
            return "review"
        return "notice" if bare.startswith(_NOTICES) else "answer"

    @property
    def is_capped(self) -> bool:
        """It was too long to name everything."""
        return "\n… và " in self.text

    def mentions(self) -> Iterator[Mention]:
        """The work that a digest names."""
        section, lines = "", self.bare.splitlines()
        for place, line in enumerate(lines):
            heading = next((name for start, name in _SECTIONS.items() if line.startswith(start)), None)
            section = heading or section
            if line.startswith("📋 CHỐT DANH SÁCH: "):
                late = self.is_late or lines[place + 1 : place + 2][0].startswith("Lẽ ra gửi lúc ")
                yield Mention("closing_list", "", line.removeprefix("📋 CHỐT DANH SÁCH: "), late)
            found = _BULLET.fullmatch(line)
            if found and section:
                below = lines[place + 1] if place + 1 < len(lines) and lines[place + 1].startswith("  ") else ""
                late = self.is_late or any(word in below for word in _LATE_WORDS)
                yield Mention(section, found[1], found[2], late)


@dataclass(frozen=True)
class Nudge:
    """A line of a nudge: by whom, and of which work."""

    by: str
    code: str
    title: str


def nudges(message: Message) -> Iterator[Nudge]:
    """The work that a nudge names."""
    first, *lines = message.bare.splitlines()
    by = first.removeprefix("📣 ").partition(" đôn đốc, ")[0]
    for line in lines:
        if found := _OPEN.fullmatch(line):
            yield Nudge(by, found[1], found[2])


def messages(journal: list[Entry]) -> list[Message]:
    """Everything that was said, in order; later edits of a message are not among it.

    Where long messages come as "(1/2) …", "(2/2) …", the parts of one are put together, as far as they came.
    """
    found: list[Message] = []
    unfinished: dict[tuple[str, str], tuple[int, int]] = {}  # by chat: place in `found`, parts so far
    for each in journal:
        if each["what"] != "said":
            continue
        said = Message(
            each["seq"], _time(each["true"]), _time(each["clock"]), each["who"], each["channel"], each["text"]
        )
        part, chat = _PART.match(said.text), (said.who, said.channel)
        text = said.text[part.end() :] if part else said.text
        place, parts = unfinished.get(chat, (-1, 0))
        if part and parts and int(part[1]) == parts + 1:
            found[place] = replace(found[place], seq=said.seq, text=f"{found[place].text}\n{text}")
        else:
            place = len(found)
            found.append(replace(said, text=text))
        if part:
            unfinished[chat] = (place, int(part[1]))
            if part[1] == part[2]:
                del unfinished[chat]
    return found


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
