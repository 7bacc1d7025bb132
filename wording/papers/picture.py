"""The picture of how the office stands, for a phone in the light of a meeting room and for a black and white print.

The four numbers, a bar for each section, the month with its deadlines. States differ by fill, mark and number, so
colour is only a help.
"""

from collections.abc import Sequence
from itertools import accumulate

from plan_data.workdays import ZONE
from records.figures import State, Tally
from wording.dates import full_day, period_name
from wording.papers.canvas import BROWN, GREEN, INK, LINE, PAPER, RED, SHADE, SOFT, Canvas, fitted, width_of
from wording.sheets import Day, Overview, Part
from wording.states import MARKS, NAMES

_WIDTH, _EDGE = 1080, 40
_INNER = _WIDTH - 2 * _EDGE
_PART, _BAR, _WEEK = 84, 36, 112
_TONES = {State.ON_TIME: GREEN, State.LATE: BROWN, State.OPEN: PAPER, State.OVERDUE: RED}
_DAYS = ("Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "CN")
_LINES_IN_DAY = 2


def draw(overview: Overview) -> bytes:
    """The picture as a PNG."""
    parts = [part for part in overview.parts if part.numbers.total]
    weeks = (overview.days[0].day.weekday() + len(overview.days) + 6) // 7
    height = 330 + len(parts) * _PART + 100 + weeks * _WEEK + 70 + 44 * len(overview.cases)
    canvas = Canvas(_WIDTH, height)
    y = _heading(canvas, overview)
    y = _numbers(canvas, overview.numbers, y)
    y = _parts(canvas, parts, y + 28)
    if overview.cases:
        y = _cases(canvas, overview.cases, y)
    y = _month(canvas, overview, y + 16)
    _legend(canvas, y + 22)
    return canvas.png()


def _heading(canvas: Canvas, overview: Overview) -> int:
    at = overview.at.astimezone(ZONE)
    name = f"Tình hình nhiệm vụ {overview.name}".strip()
    canvas.text((_EDGE, 28), overview.office, 28, ink=SOFT)
    canvas.text((_EDGE, 62), fitted(name, _INNER, 50, bold=True), 50, bold=True)
    canvas.text((_EDGE, 126), f"Số liệu lúc {at:%H:%M} ngày {full_day(at.date())}", 28, ink=SOFT)
    return 178


def _numbers(canvas: Canvas, numbers: Tally, y: int) -> int:
    gap, wide = 16, (_INNER - 3 * 16) // 4
    for place, state in enumerate(State):
        left = _EDGE + place * (wide + gap)
        canvas.box((left, y, left + wide, y + 122), PAPER, INK, 2)
        _fill(canvas, (left, y, left + wide, y + 14), state)
        canvas.text((left + 16, y + 22), str(_number(numbers, state)), 54, bold=True)
        canvas.text((left + 16, y + 82), f"{MARKS[state]} {NAMES[state]}", 26)
    return y + 122


def _parts(canvas: Canvas, parts: Sequence[Part], y: int) -> int:
    """A bar for each section, all on one scale, with the number of each piece in it or behind it."""
    most = max((part.numbers.total for part in parts), default=1)
    for part in parts:
        name = f"{part.section.code}. {part.section.title}"
        canvas.text((_EDGE, y), fitted(name, _INNER, 26, bold=True), 26, bold=True)
        _bar(canvas, part.numbers, most, y + 36)
        y += _PART
    return y


def _bar(canvas: Canvas, numbers: Tally, most: int, y: int) -> None:
    words = "   ".join(f"{MARKS[state]} {_number(numbers, state)}" for state in State if _number(numbers, state))
    room = _INNER - 330
    ends = [round(end * room / most) for end in accumulate(_number(numbers, state) for state in State)]
    left = _EDGE
    for state, end in zip(State, ends, strict=True):
        if _EDGE + end > left:
            _fill(canvas, (left, y, _EDGE + end, y + _BAR), state)
            left = _EDGE + end
    canvas.text((left + 16, y + _BAR // 2), words, 26, anchor="lm")


def _fill(canvas: Canvas, box: tuple[int, int, int, int], state: State) -> None:
    if state is State.LATE:
        canvas.box(box, PAPER, INK)
        canvas.striped(box, _TONES[state], INK)
    else:
        canvas.box(box, _TONES[state], INK)


def _cases(canvas: Canvas, lines: Sequence[str], y: int) -> int:
    """The office first, then its officers."""
    for place, line in enumerate(lines):
        canvas.text((_EDGE, y), fitted(line, _INNER, 26, bold=not place), 26, bold=not place)
        y += 44
    return y


def _month(canvas: Canvas, overview: Overview, y: int) -> int:
    month = period_name(f"{overview.month:%Y-%m}")
    canvas.text((_EDGE, y), f"Lịch {month}", 32, bold=True)
    wide, y = _INNER // 7, y + 48
    for column, name in enumerate(_DAYS):
        canvas.text((_EDGE + column * wide + wide // 2, y), name, 24, ink=SOFT, anchor="ma")
    y, today = y + 36, overview.at.astimezone(ZONE).date()
    first = overview.days[0].day.weekday()
    for place, day in enumerate(overview.days, start=first):
        left, top = _EDGE + place % 7 * wide, y + place // 7 * _WEEK
        canvas.box((left, top, left + wide, top + _WEEK), PAPER if day.works else SHADE, LINE)
        if day.day == today:
            canvas.box((left + 1, top + 1, left + wide - 1, top + _WEEK - 1), PAPER if day.works else SHADE, INK, 4)
        _day(canvas, day, left + 8, top + 6, wide - 14)
    return y + (first + len(overview.days) + 6) // 7 * _WEEK


def _day(canvas: Canvas, day: Day, left: int, top: int, wide: int) -> None:
    """The number of the day, and what ends on it; how many more there are when it is too much."""
    canvas.text((left, top), str(day.day.day), 26, bold=day.works, ink=INK if day.works else SOFT)
    labels = [f"{MARKS[state] if state else '·'}{deadline.task.code}" for deadline, state in day.ends]
    for number, line in enumerate(in_lines(labels, wide)):
        canvas.text((left, top + 34 + number * 32), line, 22)


def in_lines(labels: Sequence[str], wide: int) -> list[str]:
    """The labels in as many lines as a day has, of at most so many pixels; what does not fit is counted: "+3"."""
    for shown in range(len(labels), 0, -1):
        more = [f"+{len(labels) - shown}"] if shown < len(labels) else []
        lines = _wrapped([*labels[:shown], *more], wide)
        if len(lines) <= _LINES_IN_DAY:
            return lines
    return []


def _wrapped(labels: Sequence[str], wide: int) -> list[str]:
    lines: list[str] = []
    for label in labels:
        longer = f"{lines[-1]} {label}" if lines else label
        if lines and width_of(longer, 22) <= wide:
            lines[-1] = longer
        else:
            lines.append(label)
    return lines


def _legend(canvas: Canvas, y: int) -> None:
    words = " · ".join(f"{MARKS[state]} {NAMES[state].lower()}" for state in State)
    canvas.text((_EDGE, y), f"{words} · nền xám: ngày nghỉ", 24, ink=SOFT)


def _number(numbers: Tally, state: State) -> int:
    return int(getattr(numbers, state.value))
