"""Plan files: what is read, and a sentence for every mistake. The docstring of a test is its plan file."""

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from plan_data.loading import PLANS_FOLDER, load, load_file
from plan_data.plan import Role, Section
from plan_data.problems import Problem
from plan_data.rules import EveryMonth
from tests.builders import day

GOOD = """\
[plan]
id = "2023-thu"
title = "Kế hoạch thử"
number = "567/KH-UBND"
issued = 2023-04-25
year = 2023
office = "UBND phường Phước Hải"

[roles]
lanh-dao = {name = "Lãnh đạo", short = "LĐ", function = "leader"}
vp-tk = {name = "Văn phòng - Thống kê", short = "VP-TK", function = "clerk"}

[[section]]
code = "I"
title = "Chỉ đạo, điều hành"

[[task]]
code = "I.1"
title = "Báo cáo kết quả"
short = "Báo cáo tháng"
source_words = "Trước ngày 22 hàng tháng"
clause = "III.1"
lead = ["vp-tk"]
rules = [{kind = "monthly", id = "nop", label = "nộp báo cáo", day = 22, bound = "before"}]
"""


@dataclass(frozen=True)
class PlanFile:
    """A plan file that the test wrote."""

    path: Path

    def lines(self) -> list[str]:
        """Every mistake of the file, without the file's name; no plan comes with them."""
        plan, problems = load_file(self.path)
        assert (plan is None) is bool(problems)
        assert {problem.file for problem in problems} <= {self.path.name}
        return [str(problem).removeprefix(f"{self.path.name}: ") for problem in problems]


@pytest.fixture
def described(request: pytest.FixtureRequest, tmp_path: Path) -> PlanFile:
    """The plan file that the docstring of the test is."""
    return _written(tmp_path, dedent(request.function.__doc__ or ""))


def _written(folder: Path, text: str, name: str = "thu.toml") -> PlanFile:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return PlanFile(path)


def _changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def test_plan_file_without_mistakes_is_read(tmp_path: Path) -> None:
    plan, problems = load_file(_written(tmp_path, GOOD).path)
    assert problems == []
    assert plan is not None
    assert (plan.id, plan.issued, plan.year) == ("2023-thu", day("25/04/2023"), 2023)
    assert plan.roles["vp-tk"] == Role(name="Văn phòng - Thống kê", short="VP-TK", function="clerk")
    assert plan.sections == (Section(code="I", title="Chỉ đạo, điều hành"),)
    assert [(task.code, task.lead, task.rules) for task in plan.tasks] == [
        (
            "I.1",
            ("vp-tk",),
            (
                EveryMonth.model_validate(
                    {"kind": "monthly", "id": "nop", "label": "nộp báo cáo", "day": 22, "bound": "before"}
                ),
            ),
        )
    ]


def test_plan_file_written_on_windows_is_read(tmp_path: Path) -> None:
    file = tmp_path / "thu.toml"
    file.write_bytes(GOOD.replace("\n", "\r\n").encode("utf-8-sig"))
    plan, problems = load_file(file)
    assert (plan is not None, problems) == (True, [])


def test_plan_is_loaded_by_its_path_or_by_its_name_in_the_plans_folder(tmp_path: Path) -> None:
    shipped = sorted(PLANS_FOLDER.glob("*.toml"))
    by_path, mistakes = load([str(path) for path in shipped])
    by_name, same_mistakes = load([path.stem for path in shipped])
    assert (by_name, same_mistakes) == (by_path, mistakes)
    own, none = load([str(_written(tmp_path, GOOD).path)])
    assert ([plan.id for plan in own.all], none) == (["2023-thu"], [])


def test_no_plan_at_all_is_a_mistake() -> None:
    plans, problems = load([])
    assert (plans.all, [str(problem) for problem in problems]) == (
        (),
        ["PLAN: chưa chọn kế hoạch nào; ví dụ: PLAN=2023-phuoc-hai."],
    )


def test_missing_file_is_told_with_the_plans_that_there_are() -> None:
    shipped = ", ".join(sorted(path.stem for path in PLANS_FOLDER.glob("*.toml"))) or "chưa có"
    plans, problems = load(["2023-phuoc-hoi"])
    assert (plans.all, problems) == (
        (),
        [Problem("2023-phuoc-hoi", "", f"không mở được tệp kế hoạch; các kế hoạch có sẵn: {shipped}.")],
    )


def test_file_that_is_not_utf8_is_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "thu.toml"
    file.write_bytes(GOOD.encode("utf-16"))
    assert PlanFile(file).lines() == ["tệp không ở dạng UTF-8; hãy lưu lại với bảng mã UTF-8."]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[plan", "cuối tệp: viết sai cú pháp TOML (Expected ']' at the end of a table declaration)."),
        (GOOD + "[plan]\n", "dòng 25: viết sai cú pháp TOML (Cannot declare ('plan',) twice)."),
        (_changed('"I.1"', "I.1"), "dòng 18: viết sai cú pháp TOML (Invalid value)."),
    ],
)
def test_file_that_is_not_toml_is_a_mistake_on_a_line(tmp_path: Path, text: str, line: str) -> None:
    assert _written(tmp_path, text).lines() == [line]


def test_day_that_does_not_exist_is_told_with_all_the_other_mistakes(tmp_path: Path) -> None:
    text = _changed("issued = 2023-04-25", "issued = 2023-04-31").replace(
        "day = 22, bound", "day = 2023-02-30, bound"
    )
    assert _written(tmp_path, text.replace('"monthly"', '"fixed"').replace('"vp-tk"', '"vp"')).lines() == [
        "dòng 5: ngày 2023-04-31 không có thật.",
        "dòng 24: ngày 2023-02-30 không có thật.",
        "I.1: vị trí “vp” chưa được khai báo trong [roles].",
    ]


KINDS = (
    "'fixed', 'milestones', 'within', 'monthly', 'period_end', 'weekly', 'biweekly', "
    "'after_event', 'before_expiry', 'on_direction', 'continuous'"
)
MISTAKES = [
    # the head of the plan
    (
        'id = "2023-thu"',
        'id = "Kế hoạch"',
        "plan.id: chỉ dùng chữ thường không dấu, chữ số và dấu gạch ngang ở giữa.",
    ),
    ('title = "Kế hoạch thử"', 'title = ""', "plan.title: không được để trống."),
    ('title = "Kế hoạch thử"', "title = 5", "plan.title: phải là chữ, đặt trong ngoặc kép."),
    (
        "issued = 2023-04-25",
        'issued = "2023-04-25"',
        "plan.issued: phải là ngày dạng 2023-06-17, không đặt trong ngoặc kép và không kèm giờ.",
    ),
    (
        "issued = 2023-04-25",
        "issued = 2023-04-25T08:00:00",
        "plan.issued: phải là ngày dạng 2023-06-17, không đặt trong ngoặc kép và không kèm giờ.",
    ),
    ("issued = 2023-04-25\n", "", "plan.issued: thiếu mục này."),
    ("year = 2023\n", "", "plan.year: thiếu mục này."),
    ("year = 2023\n", 'year = "năm nay"\n', "plan.year: phải là số nguyên."),
    ("year = 2023\n", "year = 2023.5\n", "plan.year: phải là số nguyên."),
    ("year = 2023\n", "year = 23\n", "plan.year: phải từ 2000 trở lên."),
    ("year = 2023\n", "year = 20233\n", "plan.year: không được quá 2100."),
    ("year = 2023\n", "year = 2023\nnam = 1\n", "plan.nam: không có mục nào mang tên này; xem lại chính tả."),
    ("year = 2023\n", "year = 2023\ntasks = []\n", "plan.tasks: không có mục nào mang tên này; xem lại chính tả."),
    # the whole file
    ("[[section]]", "[ghi-chu]\na = 1\n[[section]]", "ghi-chu: không có mục nào mang tên này; xem lại chính tả."),
    ("[[task]]", "[task]", "task: phải viết thành các mục [[task]]."),
    # roles
    (
        'function = "clerk"',
        'function = "boss"',
        "roles.vp-tk.function: giá trị không dùng được; các giá trị dùng được: 'clerk', 'leader'.",
        'roles: cần ít nhất một vị trí có function = "clerk".',
    ),
    (', function = "clerk"', "", 'roles: cần ít nhất một vị trí có function = "clerk".'),
    ('short = "LĐ", ', "", "roles.lanh-dao.short: thiếu mục này."),
    (
        'function = "leader"',
        'everyone = "tất cả"',
        "roles.lanh-dao.everyone: phải là true hoặc false.",
    ),
    (
        'function = "leader"',
        'includes = ["pho"], without = ["khac"]',
        "roles.lanh-dao: vị trí “khac” chưa được khai báo trong [roles].",
        "roles.lanh-dao: vị trí “pho” chưa được khai báo trong [roles].",
    ),
    (
        "lanh-dao = {",
        "Lanh_Dao = {",
        "roles.Lanh_Dao: chỉ dùng chữ thường không dấu, chữ số và dấu gạch ngang ở giữa.",
    ),
    (
        "lanh-dao = {",
        "thu = 5\nlanh-dao = {",
        "roles.thu: phải là một bảng gồm các mục tên = giá trị.",
    ),
    # sections
    ('code = "I"\n', 'code = "II"\n', "I.1: phần “I” chưa được khai báo bằng [[section]]."),
    ('title = "Chỉ đạo, điều hành"', 'title = " "', "I.title: không được để trống."),
    ('code = "I"\n', "", "section thứ 1.code: thiếu mục này.", "I.1: phần “I” chưa được khai báo bằng [[section]]."),
    (
        "[[task]]",
        '[[section]]\ncode = "I"\ntitle = "Trùng"\n\n[[task]]',
        "I: mã phần bị trùng.",
    ),
    # tasks
    ('code = "I.1"\n', "", "task thứ 1.code: thiếu mục này."),
    ('"I.1"', "5", "task thứ 1.code: phải là chữ, đặt trong ngoặc kép."),
    ('"I.1"', '"i-1"', "i-1.code: mã nhiệm vụ phải gồm mã phần, dấu chấm và số thứ tự, ví dụ II.3."),
    ('title = "Báo cáo kết quả"', 'title = ""', "I.1.title: không được để trống."),
    ("Báo cáo tháng", "Báo cáo tháng " * 5, "I.1.short: dài quá 60 ký tự."),
    ('clause = "III.1"', 'clause = "III.1"\nhan = "22"', "I.1.han: không có mục nào mang tên này; xem lại chính tả."),
    ('lead = ["vp-tk"]', "lead = []", "I.1.lead: không được để trống."),
    ('lead = ["vp-tk"]', 'lead = "vp-tk"', "I.1.lead: phải là danh sách trong ngoặc vuông."),
    (
        'lead = ["vp-tk"]',
        'lead = ["vp-tk", "VP TK"]',
        "I.1.lead thứ 2: chỉ dùng chữ thường không dấu, chữ số và dấu gạch ngang ở giữa.",
        "I.1: vị trí “VP TK” chưa được khai báo trong [roles].",
    ),
    ('lead = ["vp-tk"]', 'lead = ["cong-an"]', "I.1: vị trí “cong-an” chưa được khai báo trong [roles]."),
    (
        'lead = ["vp-tk"]',
        'lead = ["vp-tk"]\nsupport = ["dia-chinh"]\nmonitor = ["cong-an", "dia-chinh"]',
        "I.1: vị trí “cong-an” chưa được khai báo trong [roles].",
        "I.1: vị trí “dia-chinh” chưa được khai báo trong [roles].",
    ),
    (
        'clause = "III.1"',
        'clause = "III.1"\ntargets = [{value = "nhiều", unit = "%", comparison = "=>", of = "hồ sơ"}]',
        "I.1.targets thứ 1.value: phải là số.",
        "I.1.targets thứ 1.comparison: giá trị không dùng được; các giá trị dùng được: '>=', '>', '=', '<=', '<'.",
    ),
    (
        'clause = "III.1"',
        'clause = "III.1"\ntargets = [{value = nan, unit = "%", comparison = ">=", of = "hồ sơ"}, 80]',
        "I.1.targets thứ 1.value: phải là số.",
        "I.1.targets thứ 2: phải là một bảng gồm các mục tên = giá trị.",
    ),
    # rules
    ("day = 22, ", "", "I.1.nop.day: thiếu mục này."),
    ("day = 22, ", "day = 32, ", "I.1.nop.day: không được quá 31."),
    ("day = 22, ", "day = 0, ", "I.1.nop.day: phải từ 1 trở lên."),
    ("day = 22, ", 'day = "hai hai", ', "I.1.nop.day: phải là số nguyên."),
    ("day = 22, ", "day = 22, gio = 8, ", "I.1.nop.gio: không có mục nào mang tên này; xem lại chính tả."),
    (
        '"before"',
        '"truoc"',
        "I.1.nop.bound: giá trị không dùng được; các giá trị dùng được: 'before', 'by', 'on'.",
    ),
    (
        'kind = "monthly"',
        'kind = "hang-thang"',
        f"I.1.nop: không có loại quy tắc “hang-thang”; các loại dùng được: {KINDS}.",
    ),
    ('kind = "monthly", ', "", "I.1.nop: thiếu mục kind (loại quy tắc)."),
    ('id = "nop", ', "", "I.1.rules thứ 1.id: thiếu mục này."),
    ('id = "nop", ', "id = 5, ", "I.1.rules thứ 1.id: phải là chữ, đặt trong ngoặc kép."),
    (
        'id = "nop", ',
        'id = "nop", lead = ["cong-an"], ',
        "I.1: vị trí “cong-an” chưa được khai báo trong [roles].",
    ),
    (
        '"before"}]',
        '"before"}, {kind = "continuous", id = "nop", label = "theo dõi"}]',
        "I.1.nop: mã quy tắc bị trùng trong cùng nhiệm vụ.",
    ),
    ('"before"}]', '"before"}, "hàng tuần"]', "I.1.rules thứ 2: phải là một bảng gồm các mục tên = giá trị."),
    (
        'kind = "monthly", id = "nop", label = "nộp báo cáo", day = 22',
        'kind = "fixed", id = "nop", label = "nộp báo cáo", day = 2032-06-17',
        "I.1.nop: ngày 17/06/2032 nằm ngoài năm 2023 và 2024 của kế hoạch.",
    ),
    (
        'day = 22, bound = "before"}]',
        'day = 22, bound = "before"}, {kind = "within", id = "m", label = "mở", unit = "quarter", only = "2022-Q4"}]',
        "I.1.m: ngày 31/12/2022 nằm ngoài năm 2023 và 2024 của kế hoạch.",
    ),
    (
        'day = 22, bound = "before"}]',
        'day = 22, bound = "before"}, {kind = "within", id = "m", label = "mở", unit = "quarter", only = "quý 1"}]',
        "I.1.m: kỳ “quý 1” không đọc được; mẫu đúng: 2023, 2023-H1, 2023-Q2 hoặc 2023-06.",
    ),
    (
        'day = 22, bound = "before"}]',
        'day = 22, bound = "before"}, {kind = "within", id = "m", label = "mở", unit = "month", only = "2023-Q1"}]',
        "I.1.m: kỳ “2023-Q1” không khớp với unit = “month”.",
    ),
    (
        'kind = "monthly", id = "nop", label = "nộp báo cáo", day = 22, bound = "before"',
        'kind = "milestones", id = "nop", label = "đạt", points = [{day = 2022-06-30, bound = "by", target = "50%"}, '
        '{day = 2023-12-15, bound = "by"}]',
        "I.1.nop.points thứ 2.target: thiếu mục này.",
        "I.1.nop: ngày 30/06/2022 nằm ngoài năm 2023 và 2024 của kế hoạch.",
    ),
    (
        'kind = "monthly", id = "nop", label = "nộp báo cáo", day = 22, bound = "before"',
        'kind = "milestones", id = "nop", label = "đạt", points = [{day = 2023-06-30, bound = "by", target = "50%"}, '
        '{day = 2023-06-30, bound = "by", target = "60%"}]',
        "I.1.nop.points: hai mốc trùng ngày nhau.",
    ),
    (
        'kind = "monthly", id = "nop", label = "nộp báo cáo", day = 22',
        'kind = "period_end", id = "nop", label = "nộp báo cáo", day = 22, periods = ["Q1", "Q1"]',
        "I.1.nop.periods: hai kỳ trùng nhau.",
    ),
]


@pytest.mark.parametrize(("old", "new", "lines"), [(old, new, list(lines)) for old, new, *lines in MISTAKES])
def test_plan_file_with_a_mistake_is_told_where_and_why(tmp_path: Path, old: str, new: str, lines: list[str]) -> None:
    assert _written(tmp_path, _changed(old, new)).lines() == lines


def test_plan_file_with_nothing_in_it_lacks_everything(described: PlanFile) -> None:
    """# kế hoạch sẽ viết sau"""
    assert described.lines() == [
        "plan: thiếu bảng [plan].",
        "roles: thiếu bảng [roles].",
        "section: chưa có mục [[section]] nào.",
        "task: chưa có mục [[task]] nào.",
        'roles: cần ít nhất một vị trí có function = "clerk".',
    ]


def test_plan_file_with_values_for_tables_is_told_how_to_write_them(described: PlanFile) -> None:
    """
    plan = "2023-thu"
    roles = ["vp-tk"]
    section = "I"
    task = [1, "I.1"]
    """
    assert described.lines() == [
        "plan: phải viết thành bảng [plan].",
        "roles: phải viết thành bảng [roles].",
        "section: phải viết thành các mục [[section]].",
        "task thứ 1: phải là một bảng gồm các mục tên = giá trị.",
        "task thứ 2: phải là một bảng gồm các mục tên = giá trị.",
        'roles: cần ít nhất một vị trí có function = "clerk".',
    ]


def test_plan_file_with_many_mistakes_shows_them_all_at_once(described: PlanFile) -> None:
    """
    ghi-chu = "bản nháp"

    [plan]
    id = "2023-thu"
    title = ""
    number = "567/KH-UBND"
    issued = 2023-04-25
    year = 2023
    office = "UBND phường Phước Hải"

    [roles]
    lanh-dao = {name = "Lãnh đạo", short = "LĐ", function = "leader", includes = ["pho"]}

    [[section]]
    code = "I"

    [[task]]
    code = "I.1"
    title = "Báo cáo kết quả"
    short = "Báo cáo"
    source_words = "Trước ngày 22 hàng tháng"
    clause = "III.1"
    lead = ["vp-tk"]
    rules = [
        {kind = "monthly", id = "nop", label = "nộp báo cáo", bound = "before"},
        {kind = "fixed", id = "nop", label = "nộp báo cáo", day = 2023-02-30, bound = "before"},
        {kind = "hang-nam", id = "tong-ket", label = "tổng kết"},
    ]

    [[task]]
    code = "I.1"
    title = "Tổng kết"
    short = "Tổng kết"
    source_words = "Trước ngày 15/12/2032"
    clause = "III.2"
    lead = ["lanh-dao"]
    rules = [{kind = "fixed", id = "nop", label = "nộp tổng kết", day = 2032-12-15, bound = "before"}]

    [[task]]
    code = "II.1"
    title = "Họp"
    short = "Họp"
    source_words = "Định kỳ hàng tuần"
    clause = "III.3"
    lead = []
    rules = []
    """
    assert described.lines() == [
        "dòng 27: ngày 2023-02-30 không có thật.",
        "I.title: thiếu mục này.",
        "I.1.nop.day: thiếu mục này.",
        f"I.1.tong-ket: không có loại quy tắc “hang-nam”; các loại dùng được: {KINDS}.",
        "II.1.lead: không được để trống.",
        "II.1.rules: không được để trống.",
        "ghi-chu: không có mục nào mang tên này; xem lại chính tả.",
        "plan.title: không được để trống.",
        "roles.lanh-dao: vị trí “pho” chưa được khai báo trong [roles].",
        'roles: cần ít nhất một vị trí có function = "clerk".',
        "I.1: mã nhiệm vụ bị trùng.",
        "I.1: vị trí “vp-tk” chưa được khai báo trong [roles].",
        "I.1.nop: mã quy tắc bị trùng trong cùng nhiệm vụ.",
        "II.1: phần “II” chưa được khai báo bằng [[section]].",
        "I.1.nop: ngày 15/12/2032 nằm ngoài năm 2023 và 2024 của kế hoạch.",
    ]


def test_plan_may_have_a_day_in_the_year_after_it(tmp_path: Path) -> None:
    january = _changed('"monthly"', '"fixed"').replace("day = 22", "day = 2024-01-15")
    assert _written(tmp_path, january).lines() == []


def test_two_plans_side_by_side_share_their_roles(tmp_path: Path) -> None:
    one, two = _written(tmp_path, GOOD), _written(tmp_path, _changed("2023-thu", "2024-thu"), "hai.toml")
    plans, problems = load([str(one.path), str(two.path)])
    assert (list(plans.by_id), list(plans.roles), problems) == (["2023-thu", "2024-thu"], ["lanh-dao", "vp-tk"], [])


def test_two_plans_with_the_same_id_are_a_mistake(tmp_path: Path) -> None:
    one, two = _written(tmp_path, GOOD), _written(tmp_path, GOOD, "hai.toml")
    _, problems = load([str(one.path), str(two.path)])
    assert problems == [Problem("PLAN", "2023-thu", "có hơn một kế hoạch mang mã này; chỉ giữ lại một.")]


def test_two_plans_that_disagree_about_a_role_are_a_mistake(tmp_path: Path) -> None:
    other = _changed("2023-thu", "2024-thu").replace('short = "LĐ"', 'short = "CT"')
    one, two = _written(tmp_path, GOOD), _written(tmp_path, other, "hai.toml")
    _, problems = load([str(one.path), str(two.path)])
    assert problems == [
        Problem("2024-thu", "roles.lanh-dao", "vị trí này được khai báo khác với kế hoạch “2023-thu”.")
    ]


def test_mistakes_of_several_files_are_told_together(tmp_path: Path) -> None:
    one = _written(tmp_path, _changed("year = 2023\n", ""))
    two = _written(tmp_path, GOOD, "hai.toml")
    three = _written(tmp_path, _changed('"III.1"', "3"), "ba.toml")
    plans, problems = load([str(one.path), str(two.path), str(three.path)])
    assert ([plan.id for plan in plans.all], [str(problem) for problem in problems]) == (
        ["2023-thu"],
        [
            "thu.toml: plan.year: thiếu mục này.",
            "ba.toml: I.1.clause: phải là chữ, đặt trong ngoặc kép.",
        ],
    )
