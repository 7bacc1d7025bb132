"""The plan file of Phước Hải against its document: every expected value here was read from the document by hand."""

from datetime import date, datetime

import pytest

from plan_data.deadlines import Move, RecordedEvent, Window
from plan_data.event_rules import AfterEvent, BeforeExpiry
from plan_data.loading import load
from plan_data.plan import Deadline, Rule, Task
from plan_data.rules import EveryTwoWeeks, EveryWeek
from plan_data.schedule import schedule
from plan_data.workdays import ZONE, load_calendar

PLANS, PROBLEMS = load(["2023-phuoc-hai"])
PLAN = PLANS.by_id["2023-phuoc-hai"]
CALENDAR = load_calendar()
WHOLE_PLAN = Window(date(2023, 4, 25), date(2024, 1, 31))

# The rules of each task, in the order of the file. Done work is recorded under these names: they must not change.
RULES = {
    "B.1": ["hop weekly"],
    "B.2": ["bao-cao monthly"],
    "B.3": ["theo-doi monthly"],
    "I.1": ["ca-nhan fixed", "tong-hop fixed"],
    "I.2": ["bao-cao fixed"],
    "I.3": ["bao-cao period_end"],
    "I.4": ["sang-kien within", "cuoc-thi within"],
    "I.5": ["thang within", "quy within", "nam within"],
    "II.1": ["bao-cao fixed"],
    "II.2": ["bao-cao fixed"],
    "II.3": ["bao-cao fixed"],
    "II.4": ["dinh-ky within", "nam fixed", "dot-xuat on_direction"],
    "II.5": ["bao-cao fixed"],
    "III.1": ["ra-soat fixed", "kiem-soat period_end", "dot-xuat on_direction"],
    "III.2": ["thuong-xuyen continuous", "cong-bo after_event"],
    "III.3": ["thuong-xuyen continuous", "kiem-soat period_end", "dot-xuat on_direction"],
    "III.4": ["thuong-xuyen continuous"],
    "III.5": ["thuong-xuyen continuous"],
    "III.6": ["thuong-xuyen continuous", "truc-tuyen after_event"],
    "III.7": ["thuong-xuyen continuous"],
    "III.8": ["thuong-xuyen continuous", "dinh-kem after_event", "kiem-tra weekly"],
    "III.9": ["thuong-xuyen continuous"],
    "III.10": ["thuong-xuyen continuous"],
    "III.11": ["thuong-xuyen continuous", "bao-cao weekly"],
    "III.12": ["thong-ke biweekly"],
    "III.13": ["thuong-xuyen continuous", "bao-cao period_end"],
    "III.14": ["thuong-xuyen continuous", "gia-han before_expiry"],
    "III.15": ["cong-khai after_event"],
    "III.16": ["bao-cao period_end"],
    "IV.1": ["trien-khai on_direction"],
    "IV.2": ["trien-khai on_direction"],
    "IV.3": ["phan-cong after_event"],
    "V.1": ["trien-khai on_direction"],
    "V.2": ["trien-khai on_direction"],
    "V.3": ["cap-nhat on_direction"],
    "V.4": ["dat-chuan within"],
    "VI.1": ["giai-ngan milestones"],
    "VI.2": ["tiet-kiem within"],
    "VI.3": ["chuong-trinh within", "bao-cao within"],
    "VI.4": ["quy-che within", "bao-cao within"],
    "VII.1": ["thuong-xuyen continuous"],
    "VII.2": ["thuong-xuyen continuous"],
    "VII.3": ["thuong-xuyen continuous", "ra-soat within"],
    "VII.4": ["thuong-xuyen continuous"],
    "VII.5": ["hoan-thanh fixed"],
    "VII.6": ["thuong-xuyen continuous"],
    "VII.7": ["ke-hoach within", "bao-cao within"],
    "VII.8": ["so-hoa within"],
    "VII.9": ["hoan-thanh fixed"],
    "VIII.1": ["ra-soat within"],
}

# code, rule, period, named day, bound, last day, last working day
Row = tuple[str, str, str, str, str, str, str]

# Days off that move a last working day: Sat 29/4 to Wed 03/5/2023, Fri 01/9 to Mon 04/9/2023, Mon 01/01/2024.
DATED: list[Row] = [
    # B.2 "trước ngày 22 hàng tháng"; the 22nd of April was over when the plan was issued
    ("B.2", "bao-cao", "2023-05", "2023-05-22", "before", "2023-05-21", "2023-05-19"),
    ("B.2", "bao-cao", "2023-06", "2023-06-22", "before", "2023-06-21", "2023-06-21"),
    ("B.2", "bao-cao", "2023-07", "2023-07-22", "before", "2023-07-21", "2023-07-21"),
    ("B.2", "bao-cao", "2023-08", "2023-08-22", "before", "2023-08-21", "2023-08-21"),
    ("B.2", "bao-cao", "2023-09", "2023-09-22", "before", "2023-09-21", "2023-09-21"),
    ("B.2", "bao-cao", "2023-10", "2023-10-22", "before", "2023-10-21", "2023-10-20"),
    ("B.2", "bao-cao", "2023-11", "2023-11-22", "before", "2023-11-21", "2023-11-21"),
    ("B.2", "bao-cao", "2023-12", "2023-12-22", "before", "2023-12-21", "2023-12-21"),
    ("B.2", "bao-cao", "2024-01", "2024-01-22", "before", "2024-01-21", "2024-01-19"),
    # B.3 "vào ngày 25 hàng tháng"; the first one is the day of issue
    ("B.3", "theo-doi", "2023-04", "2023-04-25", "on", "2023-04-25", "2023-04-25"),
    ("B.3", "theo-doi", "2023-05", "2023-05-25", "on", "2023-05-25", "2023-05-25"),
    ("B.3", "theo-doi", "2023-06", "2023-06-25", "on", "2023-06-25", "2023-06-23"),
    ("B.3", "theo-doi", "2023-07", "2023-07-25", "on", "2023-07-25", "2023-07-25"),
    ("B.3", "theo-doi", "2023-08", "2023-08-25", "on", "2023-08-25", "2023-08-25"),
    ("B.3", "theo-doi", "2023-09", "2023-09-25", "on", "2023-09-25", "2023-09-25"),
    ("B.3", "theo-doi", "2023-10", "2023-10-25", "on", "2023-10-25", "2023-10-25"),
    ("B.3", "theo-doi", "2023-11", "2023-11-25", "on", "2023-11-25", "2023-11-24"),
    ("B.3", "theo-doi", "2023-12", "2023-12-25", "on", "2023-12-25", "2023-12-25"),
    ("B.3", "theo-doi", "2024-01", "2024-01-25", "on", "2024-01-25", "2024-01-25"),
    # I.1, I.2, VII.5 "Trước ngày 25/11/2023"
    ("I.1", "ca-nhan", "2023", "2023-11-25", "before", "2023-11-24", "2023-11-24"),
    ("I.1", "tong-hop", "2023", "2023-11-25", "before", "2023-11-24", "2023-11-24"),
    ("I.2", "bao-cao", "2023", "2023-11-25", "before", "2023-11-24", "2023-11-24"),
    ("VII.5", "hoan-thanh", "2023", "2023-11-25", "before", "2023-11-24", "2023-11-24"),
    # I.3 "trong ngày 13 của tháng cuối kỳ báo cáo" (6 tháng, quý III, năm)
    ("I.3", "bao-cao", "2023-H1", "2023-06-13", "on", "2023-06-13", "2023-06-13"),
    ("I.3", "bao-cao", "2023-Q3", "2023-09-13", "on", "2023-09-13", "2023-09-13"),
    ("I.3", "bao-cao", "2023", "2023-12-13", "on", "2023-12-13", "2023-12-13"),
    # I.4, II.4, V.4, VI.2 to VI.4, VII.7, VII.8 "Trong năm 2023"
    ("I.4", "sang-kien", "2023", "2023-12-31", "by", "2023-12-31", "2023-12-29"),
    ("I.4", "cuoc-thi", "2023", "2023-12-31", "by", "2023-12-31", "2023-12-29"),
    ("II.4", "dinh-ky", "2023", "2023-12-31", "by", "2023-12-31", "2023-12-29"),
    ("V.4", "dat-chuan", "2023", "2023-12-31", "by", "2023-12-31", "2023-12-29"),
    ("VI.2", "tiet-kiem", "2023", "2023-12-31", "by", "2023-12-31", "2023-12-29"),
    ("VI.3", "chuong-trinh", "2023", "2023-12-31", "by", "2023-12-31", "2023-12-29"),
    ("VI.3", "bao-cao", "2023", "2023-12-31", "by", "2023-12-31", "2023-12-29"),
    ("VI.4", "quy-che", "2023", "2023-12-31", "by", "2023-12-31", "2023-12-29"),
    ("VI.4", "bao-cao", "2023", "2023-12-31", "by", "2023-12-31", "2023-12-29"),
    ("VII.7", "ke-hoach", "2023", "2023-12-31", "by", "2023-12-31", "2023-12-29"),
    ("VII.7", "bao-cao", "2023", "2023-12-31", "by", "2023-12-31", "2023-12-29"),
    ("VII.8", "so-hoa", "2023", "2023-12-31", "by", "2023-12-31", "2023-12-29"),
    # I.5 "Định kỳ hàng tháng", "đưa vào đánh giá hằng quý, đánh giá cuối năm"
    ("I.5", "thang", "2023-04", "2023-04-30", "by", "2023-04-30", "2023-04-28"),
    ("I.5", "thang", "2023-05", "2023-05-31", "by", "2023-05-31", "2023-05-31"),
    ("I.5", "thang", "2023-06", "2023-06-30", "by", "2023-06-30", "2023-06-30"),
    ("I.5", "thang", "2023-07", "2023-07-31", "by", "2023-07-31", "2023-07-31"),
    ("I.5", "thang", "2023-08", "2023-08-31", "by", "2023-08-31", "2023-08-31"),
    ("I.5", "thang", "2023-09", "2023-09-30", "by", "2023-09-30", "2023-09-29"),
    ("I.5", "thang", "2023-10", "2023-10-31", "by", "2023-10-31", "2023-10-31"),
    ("I.5", "thang", "2023-11", "2023-11-30", "by", "2023-11-30", "2023-11-30"),
    ("I.5", "thang", "2023-12", "2023-12-31", "by", "2023-12-31", "2023-12-29"),
    ("I.5", "thang", "2024-01", "2024-01-31", "by", "2024-01-31", "2024-01-31"),
    ("I.5", "quy", "2023-Q2", "2023-06-30", "by", "2023-06-30", "2023-06-30"),
    ("I.5", "quy", "2023-Q3", "2023-09-30", "by", "2023-09-30", "2023-09-29"),
    ("I.5", "quy", "2023-Q4", "2023-12-31", "by", "2023-12-31", "2023-12-29"),
    ("I.5", "nam", "2023", "2023-12-31", "by", "2023-12-31", "2023-12-29"),
    # II.1, II.2, VII.9 "Trước ngày 10/12/2023"
    ("II.1", "bao-cao", "2023", "2023-12-10", "before", "2023-12-09", "2023-12-08"),
    ("II.2", "bao-cao", "2023", "2023-12-10", "before", "2023-12-09", "2023-12-08"),
    ("VII.9", "hoan-thanh", "2023", "2023-12-10", "before", "2023-12-09", "2023-12-08"),
    # II.3, II.4, II.5 "trước ngày 05/12/2023"
    ("II.3", "bao-cao", "2023", "2023-12-05", "before", "2023-12-04", "2023-12-04"),
    ("II.4", "nam", "2023", "2023-12-05", "before", "2023-12-04", "2023-12-04"),
    ("II.5", "bao-cao", "2023", "2023-12-05", "before", "2023-12-04", "2023-12-04"),
    # III.1 "trước ngày 01/6/2023"
    ("III.1", "ra-soat", "2023", "2023-06-01", "before", "2023-05-31", "2023-05-31"),
    # III.16 "chậm nhất vào ngày 17 của tháng cuối quý thuộc kỳ báo cáo" (quý II, quý III, năm); III.1, III.3 into it
    ("III.1", "kiem-soat", "2023-Q2", "2023-06-17", "by", "2023-06-17", "2023-06-16"),
    ("III.1", "kiem-soat", "2023-Q3", "2023-09-17", "by", "2023-09-17", "2023-09-15"),
    ("III.1", "kiem-soat", "2023", "2023-12-17", "by", "2023-12-17", "2023-12-15"),
    ("III.3", "kiem-soat", "2023-Q2", "2023-06-17", "by", "2023-06-17", "2023-06-16"),
    ("III.3", "kiem-soat", "2023-Q3", "2023-09-17", "by", "2023-09-17", "2023-09-15"),
    ("III.3", "kiem-soat", "2023", "2023-12-17", "by", "2023-12-17", "2023-12-15"),
    ("III.16", "bao-cao", "2023-Q2", "2023-06-17", "by", "2023-06-17", "2023-06-16"),
    ("III.16", "bao-cao", "2023-Q3", "2023-09-17", "by", "2023-09-17", "2023-09-15"),
    ("III.16", "bao-cao", "2023", "2023-12-17", "by", "2023-12-17", "2023-12-15"),
    # III.13 "định kỳ hàng quý (trong báo cáo kiểm soát TTHC)"
    ("III.13", "bao-cao", "2023-Q2", "2023-06-17", "by", "2023-06-17", "2023-06-16"),
    ("III.13", "bao-cao", "2023-Q3", "2023-09-17", "by", "2023-09-17", "2023-09-15"),
    ("III.13", "bao-cao", "2023-Q4", "2023-12-17", "by", "2023-12-17", "2023-12-15"),
    # VI.1 "Đến 15/12/2023 … Đến 31/01/2024"
    ("VI.1", "giai-ngan", "2023-12-15", "2023-12-15", "by", "2023-12-15", "2023-12-15"),
    ("VI.1", "giai-ngan", "2024-01-31", "2024-01-31", "by", "2024-01-31", "2024-01-31"),
    # VII.3 "Định kỳ hàng tháng rà soát"
    ("VII.3", "ra-soat", "2023-04", "2023-04-30", "by", "2023-04-30", "2023-04-28"),
    ("VII.3", "ra-soat", "2023-05", "2023-05-31", "by", "2023-05-31", "2023-05-31"),
    ("VII.3", "ra-soat", "2023-06", "2023-06-30", "by", "2023-06-30", "2023-06-30"),
    ("VII.3", "ra-soat", "2023-07", "2023-07-31", "by", "2023-07-31", "2023-07-31"),
    ("VII.3", "ra-soat", "2023-08", "2023-08-31", "by", "2023-08-31", "2023-08-31"),
    ("VII.3", "ra-soat", "2023-09", "2023-09-30", "by", "2023-09-30", "2023-09-29"),
    ("VII.3", "ra-soat", "2023-10", "2023-10-31", "by", "2023-10-31", "2023-10-31"),
    ("VII.3", "ra-soat", "2023-11", "2023-11-30", "by", "2023-11-30", "2023-11-30"),
    ("VII.3", "ra-soat", "2023-12", "2023-12-31", "by", "2023-12-31", "2023-12-29"),
    ("VII.3", "ra-soat", "2024-01", "2024-01-31", "by", "2024-01-31", "2024-01-31"),
]

# code, rule, how many, first day, last day
RHYTHMS = [
    ("B.1", "hop", 40, "2023-05-04", "2024-01-29"),
    ("III.8", "kiem-tra", 40, "2023-04-28", "2024-01-26"),
    ("III.11", "bao-cao", 40, "2023-04-28", "2024-01-26"),
    ("III.12", "thong-ke", 20, "2023-04-29", "2024-01-20"),
]

# code: lead, support, monitor
ROLES = {
    "B.1": ("chu-tich", "", ""),
    "B.2": ("toan-the", "", "cchc"),
    "B.3": ("cchc", "", ""),
    "I.1": ("toan-the", "", "cchc"),
    "I.2": ("cchc", "van-hoa", ""),
    "I.3": ("cchc", "", ""),
    "I.4": ("chuyen-mon", "", ""),
    "I.5": ("cchc", "", ""),
    "II.1": ("tu-phap", "", ""),
    "II.2": ("tu-phap", "", ""),
    "II.3": ("tu-phap", "", ""),
    "II.4": ("tu-phap", "", ""),
    "II.5": ("tu-phap", "", ""),
    "III.1": ("cchc", "chuyen-mon", ""),
    "III.2": ("cchc", "chuyen-mon van-hoa", ""),
    "III.3": ("cchc", "chuyen-mon", ""),
    "III.4": ("mot-cua", "", ""),
    "III.5": ("cchc", "", ""),
    "III.6": ("mot-cua", "", "cchc"),
    "III.7": ("mot-cua", "", "cchc"),
    "III.8": ("mot-cua", "", "cchc"),
    "III.9": ("mot-cua", "", "cchc van-hoa"),
    "III.10": ("tu-phap", "", "van-phong"),
    "III.11": ("chuyen-mon", "", "cchc lanh-dao"),
    "III.12": ("cchc", "", ""),
    "III.13": ("mot-cua", "", "cchc lanh-dao"),
    "III.14": ("mot-cua cchc", "", "lanh-dao pakn"),
    "III.15": ("cchc", "", ""),
    "III.16": ("cchc", "", ""),
    "IV.1": ("thong-ke", "chuyen-mon", ""),
    "IV.2": ("thong-ke", "chuyen-mon", ""),
    "IV.3": ("thong-ke", "", ""),
    "V.1": ("thong-ke", "", ""),
    "V.2": ("thong-ke", "", ""),
    "V.3": ("thong-ke", "", ""),
    "V.4": ("lanh-dao", "", ""),
    "VI.1": ("tai-chinh", "", "lanh-dao"),
    "VI.2": ("lanh-dao", "", ""),
    "VI.3": ("tai-chinh", "", ""),
    "VI.4": ("tai-chinh", "", ""),
    "VII.1": ("van-phong", "", ""),
    "VII.2": ("van-phong", "", ""),
    "VII.3": ("van-phong", "", ""),
    "VII.4": ("mot-cua", "", ""),
    "VII.5": ("mot-cua", "", "cchc"),
    "VII.6": ("mot-cua", "", "cchc"),
    "VII.7": ("van-hoa", "chuyen-mon", ""),
    "VII.8": ("toan-the", "", ""),
    "VII.9": ("iso", "chuyen-mon", ""),
    "VIII.1": ("chuyen-mon", "", ""),
}

# The rules that other roles answer for than the task's own.
RULE_LEADS = {
    "I.1.tong-hop": "cchc",
    "III.1.kiem-soat": "chuyen-mon",
    "III.1.dot-xuat": "chuyen-mon",
    "III.2.cong-bo": "chuyen-mon cchc",
    "III.3.kiem-soat": "chuyen-mon",
    "III.3.dot-xuat": "chuyen-mon",
    "III.8.kiem-tra": "cchc",
    "III.11.bao-cao": "cchc",
    "III.13.bao-cao": "cchc",
}

TARGETS = {
    "I.1": ["= 100 %"],
    "I.2": ["= 100 %"],
    "I.4": [">= 2 sáng kiến"],
    "I.5": ["< 10 %"],
    "II.3": ["= 100 %"],
    "III.2": ["= 100 %"],
    "III.4": ["= 100 %"],
    "III.6": ["<= 1 lần"],
    "III.10": [">= 20 %"],
    "III.11": ["< 0.5 %"],
    "III.12": [">= 80 %"],
    "III.14": ["= 100 %"],
    "III.15": ["= 100 %"],
    "V.2": ["= 100 %"],
    "V.4": ["= 100 %"],
    "VI.1": [">= 90 %", "= 100 %"],
    "VI.2": [">= 10 %"],
    "VII.1": ["= 100 %"],
    "VII.2": ["= 100 %"],
    "VII.3": ["= 100 %"],
    "VII.4": [">= 15 %", ">= 25 %"],
    "VII.5": [">= 100 %"],
    "VII.6": [">= 5 %"],
    "VII.9": ["= 100 %"],
    "VIII.1": ["> 84 %"],
}

# Every rule that counts from an event or to an expiry.
COUNTED = {
    "III.2.cong-bo": "after_event 5 working_days",
    "III.6.truc-tuyen": "after_event 8 working_hours",
    "III.8.dinh-kem": "after_event 8 working_hours",
    "III.14.gia-han": "before_expiry 2 days",
    "III.15.cong-khai": "after_event 2 working_days",
    "IV.3.phan-cong": "after_event 5 days",
}


def task(code: str) -> Task:
    return PLAN.by_code[code]


def rules() -> list[tuple[str, Rule]]:
    """Every rule with its name: "III.16.bao-cao"."""
    return [(f"{each.code}.{rule.id}", rule) for each in PLAN.tasks for rule in each.rules]


def deadlines(*codes: str, window: Window = WHOLE_PLAN) -> list[Deadline]:
    """All deadlines of these tasks, or of the whole plan, in the window."""
    return [each for each in schedule(PLANS, window, CALENDAR) if not codes or each.task.code in codes]


def has_rhythm(deadline: Deadline) -> bool:
    return isinstance(deadline.rule, EveryWeek | EveryTwoWeeks)


def row(each: Deadline) -> Row:
    days = (each.last_day.isoformat(), each.last_working_day.isoformat())
    return each.task.code, each.rule.id, each.period, each.named_day.isoformat(), str(each.bound), *days


def named_days(code: str, rule_id: str) -> list[date]:
    return [each.named_day for each in deadlines(code) if each.rule.id == rule_id]


def due_after(code: str, rule_id: str, happened: datetime, expires: date | None = None) -> Deadline:
    """The deadline that one recorded event gives."""
    event = RecordedEvent(
        id=17,
        plan=PLAN.id,
        task=code,
        rule=rule_id,
        happened=happened,
        recorded=happened,
        expires=expires,
        description="sự kiện",
    )
    [found] = [each for each in schedule(PLANS, WHOLE_PLAN, CALENDAR, [event]) if each.event == 17]
    return found


def test_the_plan_file_has_no_problems() -> None:
    assert PROBLEMS == []


def test_the_plan_is_number_567_of_25_april_2023() -> None:
    found = (PLAN.number, PLAN.issued, PLAN.year, PLAN.office)
    assert found == ("567/KH-UBND", date(2023, 4, 25), 2023, "UBND phường Phước Hải")


def test_the_plan_has_the_47_tasks_of_the_appendix_and_three_standing_duties_in_order() -> None:
    numbers = {"B": 3, "I": 5, "II": 5, "III": 16, "IV": 3, "V": 4, "VI": 4, "VII": 9, "VIII": 1}
    assert sum(numbers.values()) == 47 + 3
    expected = [f"{section}.{number + 1}" for section, count in numbers.items() for number in range(count)]
    assert [each.code for each in PLAN.tasks] == expected
    assert [each.code for each in PLAN.sections] == list(numbers)


@pytest.mark.parametrize("code", RULES)
def test_each_task_has_its_rules(code: str) -> None:
    assert [f"{rule.id} {rule.kind}" for rule in task(code).rules] == RULES[code]


def test_no_task_has_rules_that_are_not_expected() -> None:
    assert [each.code for each in PLAN.tasks] == list(RULES)


@pytest.mark.parametrize("code", RULES)
def test_each_dated_deadline_of_the_plan_is_the_documents_own(code: str) -> None:
    found = [row(each) for each in deadlines(code) if not has_rhythm(each)]
    assert sorted(found) == sorted(each for each in DATED if each[0] == code)


def test_there_is_no_dated_deadline_beside_those_of_the_document() -> None:
    found = [row(each) for each in deadlines() if not has_rhythm(each)]
    assert sorted(found) == sorted(DATED)


def test_weekly_and_fortnightly_duties_run_from_the_day_of_issue_to_the_end_of_january() -> None:
    found = []
    for code, rule_id, *_ in RHYTHMS:
        days = named_days(code, rule_id)
        found.append((code, rule_id, len(days), days[0].isoformat(), days[-1].isoformat()))
    assert found == RHYTHMS
    assert {(each.task.code, each.rule.id) for each in deadlines() if has_rhythm(each)} == {
        (code, rule_id) for code, rule_id, *_ in RHYTHMS
    }


def test_the_chairman_reviews_on_mondays_and_the_clerk_reports_by_fridays() -> None:
    rhythms = (("B.1", "hop"), ("III.8", "kiem-tra"), ("III.11", "bao-cao"))
    days = [named_days(*each) for each in rhythms]
    others = [[day for day in found if day.weekday() != usual] for found, usual in zip(days, (0, 4, 4), strict=True)]
    after_a_monday_off = [date(2023, 5, 4), date(2023, 9, 5), date(2024, 1, 2)]
    assert others == [after_a_monday_off, [], []]


def test_the_fortnightly_count_is_every_second_saturday_from_15_april_2023() -> None:
    gaps = {(day - date(2023, 4, 15)).days % 14 for day in named_days("III.12", "thong-ke")}
    assert (gaps, {day.weekday() for day in named_days("III.12", "thong-ke")}) == ({0}, {5})


def test_the_cchc_report_is_due_on_the_13th_of_the_last_month_of_the_period() -> None:
    expected = [date(2023, 6, 13), date(2023, 9, 13), date(2023, 12, 13)]
    assert named_days("I.3", "bao-cao") == expected


def test_the_tthc_control_report_is_due_by_the_17th_and_not_for_the_first_quarter() -> None:
    days = deadlines("III.16", window=Window(date(2024, 1, 1), date(2024, 12, 31)))
    assert [each.named_day for each in days] == [date(2024, 6, 17), date(2024, 9, 17), date(2024, 12, 17)]


def test_the_quarterly_evaluation_is_due_by_the_17th_for_the_first_quarter_too() -> None:
    days = deadlines("III.13", window=Window(date(2024, 1, 1), date(2024, 12, 31)))
    expected = [date(2024, 3, 17), date(2024, 6, 17), date(2024, 9, 17), date(2024, 12, 17)]
    assert [each.named_day for each in days] == expected


def test_what_the_document_dates_to_2023_does_not_come_back_in_2024() -> None:
    days = deadlines(window=Window(date(2024, 2, 1), date(2024, 12, 31)))
    standing = {"B.1", "B.2", "B.3", "I.3", "I.5", "III.1", "III.3", "III.8", "III.11", "III.12", "III.13", "III.16"}
    assert {each.task.code for each in days} == standing | {"VII.3"}
    assert {each.rule.id for each in days if each.task.code == "III.1"} == {"kiem-soat"}


def test_the_satisfaction_review_was_over_before_the_plan_was_issued() -> None:
    found = [row(each) for each in deadlines("VIII.1", window=Window(date(2023, 1, 1), date(2024, 1, 31)))]
    assert found == [("VIII.1", "ra-soat", "2023-03", "2023-03-31", "by", "2023-03-31", "2023-03-31")]


def test_the_investment_money_is_spent_to_90_percent_and_then_to_100_percent() -> None:
    expected = ["hoàn thành tối thiểu 90% kế hoạch được giao", "hoàn thành 100% kế hoạch được giao"]
    assert [each.target for each in deadlines("VI.1")] == expected


def test_what_waits_for_a_direction_has_no_day_until_a_document_sets_one() -> None:
    names = {name for name, rule in rules() if rule.kind == "on_direction"}
    expected = {"II.4.dot-xuat", "III.1.dot-xuat", "III.3.dot-xuat", "IV.1.trien-khai", "IV.2.trien-khai"}
    assert names == expected | {"V.1.trien-khai", "V.2.trien-khai", "V.3.cap-nhat"}
    moves = {"2023-phuoc-hai/IV.1/trien-khai/2023": Move(date(2023, 8, 15), "Công văn 12/UBND")}
    found = [each for each in schedule(PLANS, WHOLE_PLAN, CALENDAR, moves=moves) if each.task.code == "IV.1"]
    assert [(each.named_day, each.document) for each in found] == [(date(2023, 8, 15), "Công văn 12/UBND")]
    assert deadlines("IV.1") == []


@pytest.mark.parametrize("code", ROLES)
def test_each_task_has_the_roles_of_the_document(code: str) -> None:
    found = task(code)
    assert tuple(" ".join(roles) for roles in (found.lead, found.support, found.monitor)) == ROLES[code]


def test_no_task_is_missing_from_the_table_of_roles() -> None:
    assert [each.code for each in PLAN.tasks] == list(ROLES)


def test_some_rules_have_other_responsible_roles_than_their_task() -> None:
    assert {name: " ".join(rule.lead) for name, rule in rules() if rule.lead} == RULE_LEADS


def test_everyone_owes_a_share_of_the_reports_that_each_person_writes() -> None:
    each = {name for name, rule in rules() if rule.each}
    assert each == {"B.2.bao-cao", "I.1.ca-nhan", "III.1.kiem-soat", "III.3.kiem-soat"}


def test_only_the_monthly_report_closes_with_a_list_and_only_the_follow_up_brings_the_figures() -> None:
    lists = [name for name, rule in rules() if rule.closing_list]
    pictures = [name for name, rule in rules() if rule.monthly_picture]
    assert (lists, pictures) == (["B.2.bao-cao"], ["B.3.theo-doi"])


def test_everybody_but_the_leaders_owes_the_monthly_report() -> None:
    owing = {role for role in PLAN.roles if "toan-the" in PLANS.held_roles(frozenset({role}))}
    assert owing == PLAN.roles.keys() - {"chu-tich", "lanh-dao"}


def test_the_specialists_are_all_officials_but_the_clerk_the_iso_secretary_and_the_leaders() -> None:
    specialists = {role for role in PLAN.roles if "chuyen-mon" in PLANS.held_roles(frozenset({role}))}
    assert specialists == {"chuyen-mon", "tu-phap", "tai-chinh", "van-hoa", "mot-cua", "van-phong"}


def test_whoever_works_in_the_van_phong_thong_ke_office_answers_where_no_specialisation_is_named() -> None:
    holders = {role for role in PLAN.roles if "thong-ke" in PLANS.held_roles(frozenset({role}))}
    assert holders == {"thong-ke", "cchc", "van-phong", "iso"}


def test_the_chairman_is_one_of_the_leaders_and_the_cchc_official_is_the_clerk() -> None:
    functions = {key: role.function for key, role in PLAN.roles.items() if role.function}
    assert functions == {"chu-tich": "leader", "lanh-dao": "leader", "cchc": "clerk"}
    assert PLANS.held_roles(frozenset({"chu-tich"})) == {"chu-tich", "lanh-dao"}


def test_role_names_are_short_enough_for_a_phone() -> None:
    assert [role.short for role in PLAN.roles.values() if len(role.short) > 35] == []


def test_the_numbers_that_the_document_asks_for_are_those_of_the_document() -> None:
    found = {
        each.code: [f"{target.comparison} {target.value:g} {target.unit}" for target in each.targets]
        for each in PLAN.tasks
        if each.targets
    }
    assert found == TARGETS


def test_every_rule_that_counts_from_an_event_has_the_documents_number_and_unit() -> None:
    found = {
        name: f"{rule.kind} {rule.count} {rule.unit}"
        for name, rule in rules()
        if isinstance(rule, AfterEvent | BeforeExpiry)
    }
    assert found == COUNTED


def test_a_newly_published_procedure_is_public_five_working_days_later() -> None:
    due = due_after("III.2", "cong-bo", datetime(2023, 4, 27, 9, 0, tzinfo=ZONE))
    assert due.last_day == date(2023, 5, 9)  # 28/4, 04/5, 05/5, 08/5, 09/5


def test_an_online_file_is_accepted_or_refused_within_eight_working_hours() -> None:
    due = due_after("III.6", "truc-tuyen", datetime(2023, 5, 12, 18, 20, tzinfo=ZONE))
    assert due.due_at == datetime(2023, 5, 15, 17, 0, tzinfo=ZONE)


def test_a_signed_document_is_attached_within_eight_working_hours() -> None:
    due = due_after("III.8", "dinh-kem", datetime(2023, 4, 28, 16, 0, tzinfo=ZONE))
    assert due.due_at == datetime(2023, 5, 4, 16, 0, tzinfo=ZONE)


def test_more_time_for_feedback_is_asked_for_two_calendar_days_before_it_expires() -> None:
    due = due_after("III.14", "gia-han", datetime(2023, 6, 1, 8, 0, tzinfo=ZONE), expires=date(2023, 6, 12))
    assert (due.last_day, due.last_working_day) == (date(2023, 6, 10), date(2023, 6, 9))


def test_an_answer_to_feedback_is_public_two_working_days_after_it_was_issued() -> None:
    due = due_after("III.15", "cong-khai", datetime(2023, 4, 28, 9, 0, tzinfo=ZONE))
    assert due.last_day == date(2023, 5, 5)


def test_tasks_are_reassigned_five_calendar_days_after_a_change_of_staff() -> None:
    due = due_after("IV.3", "phan-cong", datetime(2023, 5, 24, 9, 0, tzinfo=ZONE))
    assert due.last_day == date(2023, 5, 29)


def test_a_fifth_day_on_a_saturday_moves_to_monday() -> None:
    due = due_after("IV.3", "phan-cong", datetime(2023, 5, 22, 9, 0, tzinfo=ZONE))
    assert due.last_day == date(2023, 5, 29)
