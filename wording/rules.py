"""The rules of a plan in words, for those who check the plan."""

from collections.abc import Iterable

from plan_data.event_rules import AfterEvent, BeforeExpiry, Continuous, OnDirection
from plan_data.plan import Rule, Section

_UNITS = {"days": "ngày", "working_days": "ngày làm việc", "working_hours": "giờ làm việc"}


def without_date(rule: Rule) -> str:
    """A rule that has no date in the window: what it waits for."""
    if isinstance(rule, AfterEvent):
        return f"{rule.label}: {rule.count} {_UNITS[rule.unit]} kể từ khi {_mid_sentence(rule.event)}"
    if isinstance(rule, BeforeExpiry):
        return (
            f"{rule.label}: trước khi hết hạn ít nhất {rule.count} {_UNITS[rule.unit]} ({_mid_sentence(rule.event)})"
        )
    if isinstance(rule, OnDirection):
        return f"{rule.label}: chưa có ngày, đặt bằng /giahan khi có văn bản"
    if isinstance(rule, Continuous):
        return f"{rule.label}: thường xuyên; hỏi lại nếu {rule.silence_days} ngày không có cập nhật"
    return f"{rule.label}: không có hạn trong thời gian này"


def section_heading(code: str, sections: Iterable[Section]) -> str:
    """ "III. Cải cách thủ tục hành chính"."""
    title = next((section.title for section in sections if section.code == code), "")
    return f"{code}. {title}".upper()


def in_one_line(words: str) -> str:
    """The document's words, whose list items stand in lines of their own."""
    return "; ".join(line.strip(" -;.") for line in words.splitlines() if line.strip(" -;."))


def _mid_sentence(words: str) -> str:
    """ "Văn bản được ban hành" loses its capital inside a sentence; "UBND tỉnh …" keeps it."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words
