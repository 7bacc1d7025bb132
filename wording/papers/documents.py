"""Consolidated reports as .docx: the template of the office, or ours, filled in with figures."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from io import BytesIO
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined, TemplateError, UndefinedError

from plan_data.deadlines import Bound, Window
from plan_data.plan import Deadline, Plan, Section, Task
from plan_data.rules import FixedDay
from plan_data.workdays import ZONE
from records.case_figures import CaseFigures
from records.figures import State, Tally
from records.reports import WorkReport
from wording.accounts import (
    BROKEN_TEMPLATE,
    SECTIONS,
    TO_FILL_MARK,
    case_lines,
    title_of,
    to_fill,
    unknown_placeholder,
    unreadable_template,
    window_words,
)
from wording.dates import full_day, limit, period_name, title
from wording.papers.layout import Layout
from wording.papers.readable import readable
from wording.sheets import Account, CaseAccount, Overview, Part, ReportKind, Row
from wording.states import NAMES
from wording.work_reports import Received

_NUMBERS = ("dung_han", "muon", "con_han", "qua_han")
_FIVE = tuple(f"{{{{ dong.{name} }}}}" for name in (*_NUMBERS, "cong"))
_SIX_WIDE = (6.5, 1.9, 1.9, 1.9, 1.9, 1.9)
_FIVE_HEADS = ("Đúng hạn", "Muộn", "Còn hạn", "Quá hạn", "Cộng")


def draw(account: Account, templates: Path | None = None) -> bytes:
    """The document; `templates` is the folder where the office keeps its own, named like "month.docx"."""
    own = templates / f"{account.kind}.docx" if templates else None
    source = own.read_bytes() if own is not None and own.exists() else template(account.kind)
    return fill(source, values(account))


def fill(source: bytes, what: Mapping[str, Any]) -> bytes:
    """The template with the values in it. Raises jinja2.UndefinedError where it asks for something unknown."""
    document, file = DocxTemplate(BytesIO(source)), BytesIO()
    document.render(dict(what), Environment(undefined=StrictUndefined), autoescape=True)
    document.save(file)
    return file.getvalue()


def mistakes(source: bytes, kind: ReportKind) -> list[str]:
    """What is wrong with a template: names that nobody fills in, marks that do not fit together. Empty: nothing."""
    known = values(_example(kind))
    try:
        if unknown := sorted(_asked(source) - set(known)):
            return [unknown_placeholder(each, _close(each, known)) for each in unknown]
        fill(source, known)
    except UndefinedError as error:  # a part of a row that there is not
        name = str(error).rpartition("'")[0].rpartition("'")[2]
        parts = {key for value in known.values() if isinstance(value, list) for each in value
                 if isinstance(each, dict) for key in each}  # fmt: skip
        return [unknown_placeholder(name, _close(name, parts | set(known["chung"])))]
    except TemplateError as error:
        return [unreadable_template(str(error))]
    except Exception:  # noqa: BLE001  (a broken document makes the libraries raise errors of every kind)
        return [BROKEN_TEMPLATE]
    return []


def lacking(kind: ReportKind, templates: Path) -> list[str]:
    """The sections of our template that the office's own, perhaps older one leaves out; none where it has no own."""
    own = templates / f"{kind}.docx"
    if not own.exists() or mistakes(own.read_bytes(), kind):
        return []
    left_out = _asked(template(kind)) - _asked(own.read_bytes())
    return [section for name, section in SECTIONS.items() if name in left_out]


def _asked(source: bytes) -> set[str]:
    return set(DocxTemplate(BytesIO(source)).get_undeclared_template_variables())


def _close(name: str, known: Iterable[str]) -> str:
    return next(iter(get_close_matches(name, list(known), n=1)), "")


def _example(kind: ReportKind) -> Account:
    """A report in which every list has an entry."""
    at = datetime(2023, 6, 23, tzinfo=ZONE)
    section = Section(code="I", title="Phần")
    bound, day = Bound.BY, at.date()
    rule = FixedDay(kind="fixed", id="viec", label="Việc", day=day, bound=bound)
    task = Task(code="I.1", title="Việc", short="Việc", source_words="x", clause="x", lead=("ai",), rules=(rule,))
    plan = Plan(id="mau", title="Mẫu", number="1/KH", issued=day, year=2023, office="UBND phường Mẫu",
                roles={}, sections=(section,), tasks=(task,))  # fmt: skip
    row = Row(Deadline(plan, task, rule, "2023", day, day, bound, day, day), "ai", State.OPEN)
    shown = Overview(plan.office, "", at, Tally(open=1), [Part(section, Tally(open=1), [row])], day, ())
    report = WorkReport(1, 1, "x", "x", "x", (), at)
    received = [Received("ai", at, report=report)]
    counted = CaseFigures(None, "", *[1] * 10)
    cases = CaseAccount(counted, [("ai", counted)], carried=1)
    return Account(
        kind, "2023-06", Window(day, day), shown, [("ai", Tally(open=1))], [("1/KH", day)], received, cases
    )


def template(kind: ReportKind) -> bytes:
    """Our template for a kind of report."""
    layout = Layout()
    layout.heading("BC-UBND")
    layout.title("BÁO CÁO", "{{ trich_yeu }}")
    layout.text("Thực hiện {{ can_cu }}, {{ co_quan }} báo cáo {{ trich_yeu_thuong }} như sau:")
    layout.text("{{ ky_so_lieu }}", italic=True)
    layout.text("I. KẾT QUẢ THỰC HIỆN", bold=True)
    layout.text("1. Kết quả chung", bold=True)
    layout.text(
        "Tổng số {{ chung.cong }} hạn phải thực hiện: {{ chung.dung_han }} xong đúng hạn, {{ chung.muon }} xong "
        "muộn, {{ chung.con_han }} đang thực hiện còn hạn, {{ chung.qua_han }} quá hạn."
    )
    layout.text("2. Kết quả theo từng phần của Kế hoạch", bold=True)
    layout.table(("Phần", *_FIVE_HEADS), "dong in phan", ("{{ dong.ma }}. {{ dong.ten }}", *_FIVE), _SIX_WIDE, _FIVE)
    layout.text("3. Kết quả theo vị trí", bold=True)
    layout.text("Việc do nhiều vị trí cùng thực hiện được tính cho từng vị trí.", italic=True)
    layout.table(("Vị trí", *_FIVE_HEADS), "dong in vi_tri", ("{{ dong.vi_tri_ten }}", *_FIVE), _SIX_WIDE, _FIVE)
    layout.text("4. Chi tiết nhiệm vụ", bold=True)
    layout.table(
        ("TT", "Mã", "Nội dung", "Phụ trách", "Hạn", "Kết quả"),
        "dong in nhiem_vu",
        ("{{ dong.tt }}", "{{ dong.ma }}", "{{ dong.noi_dung }}", "{{ dong.phu_trach }}", "{{ dong.han_lam }}",
         "{{ dong.ket_qua }}"),
        (1.1, 1.6, 4.4, 3.3, 2.9, 2.7),
        ("{{ dong.tt }}", "{{ dong.ma }}"),
    )  # fmt: skip
    layout.tag("{%p if ho_so %}")
    layout.text("5. Giải quyết hồ sơ thủ tục hành chính", bold=True)
    layout.tag("{%p for dong in ho_so %}")
    layout.text("- {{ dong }}")
    layout.tag("{%p endfor %}")
    layout.tag("{%p endif %}")
    if kind == "month":
        _monthly(layout)
    else:
        layout.text("II. SỐ LIỆU CẦN BỔ SUNG", bold=True)
        layout.tag("{%p for muc in can_dien %}")
        layout.text("- {{ muc }}: {{ dien_so_lieu }}.")
        layout.tag("{%p endfor %}")
        layout.text("III. KHÓ KHĂN, KIẾN NGHỊ VÀ PHƯƠNG HƯỚNG", bold=True)
        layout.text("{{ dien_noi_dung }}")
    layout.text("Trên đây là báo cáo {{ trich_yeu_thuong }} của {{ co_quan }}./.")
    layout.signature()
    return layout.content()


def _monthly(layout: Layout) -> None:
    layout.text("II. BÁO CÁO CỦA CÁN BỘ, CÔNG CHỨC, NGƯỜI HOẠT ĐỘNG KHÔNG CHUYÊN TRÁCH", bold=True)
    layout.text("Đã gửi: {{ da_gui }}/{{ phai_gui }} người. Gửi muộn: {{ gui_muon }}. Chưa gửi: {{ chua_gui }}.")
    for number, heading, name in (
        ("III", "KHÓ KHĂN, VƯỚNG MẮC", "kho_khan"),
        ("IV", "ĐỀ XUẤT, KIẾN NGHỊ", "de_xuat"),
    ):
        layout.text(f"{number}. {heading}", bold=True)
        layout.tag(f"{{%p for y_kien in {name} %}}")
        layout.text("- {{ y_kien }}")
        layout.tag("{%p endfor %}")
    layout.text("V. PHƯƠNG HƯỚNG THỜI GIAN TỚI", bold=True)
    layout.text("Tập trung hoàn thành {{ chung.qua_han }} hạn đã quá và {{ chung.con_han }} hạn đang thực hiện.")
    layout.text("{{ dien_noi_dung }}")


def values(account: Account) -> dict[str, Any]:
    """Everything that a template may ask for, by its Vietnamese name."""
    overview = account.overview
    at = overview.at.astimezone(ZONE)
    about = title_of(account)
    rows = [row for part in overview.parts for row in part.rows]
    found: dict[str, Any] = clean(
        {
            **issuer_of(overview.office),
            "co_quan": overview.office,
            "ngay": at.day,
            "thang": at.month,
            "nam": at.year,
            "trich_yeu": about,
            "trich_yeu_thuong": f"{about[:1].lower()}{about[1:]}",
            "ky": period_name(account.period),
            "tu_ngay": full_day(account.days.first),
            "den_ngay": full_day(account.days.last),
            "ky_so_lieu": window_words(account),
            "can_cu": ", ".join(f"Kế hoạch số {number} ngày {full_day(day)}" for number, day in account.plans),
            "chung": _numbers(overview.numbers),
            "phan": [
                {"ma": part.section.code, "ten": part.section.title, **_numbers(part.numbers)}
                for part in overview.parts
            ],
            "vi_tri": [{"vi_tri_ten": role, **_numbers(numbers)} for role, numbers in account.roles],
            "nhiem_vu": [{"tt": number, **_task(row)} for number, row in enumerate(rows, start=1)],
            **_people(account),
            "ho_so": case_lines(account.cases),
            "can_dien": to_fill(account.kind, account.cases),
            "dien_so_lieu": TO_FILL_MARK,
            "dien_noi_dung": "[điền nội dung]",
            "noi_nhan": ["Như trên", "Lãnh đạo UBND phường"],
            "chuc_vu_ky": "CHỦ TỊCH",
        }
    )
    return found


def _numbers(numbers: Tally) -> dict[str, int]:
    found = {name: getattr(numbers, state.value) for name, state in zip(_NUMBERS, State, strict=True)}
    return {**found, "cong": numbers.total}


def _task(row: Row) -> dict[str, str]:
    done = f" {full_day(row.done_on)}" if row.done_on else ""
    document = f", văn bản {row.documents}" if row.documents else ""
    return {
        "ma": row.deadline.task.code,
        "noi_dung": title(row.deadline),
        "phu_trach": row.holders,
        "han_lam": limit(row.deadline, row.deadline.last_day),
        "ket_qua": f"{NAMES[row.state]}{done}{document}",
    }


def _people(account: Account) -> dict[str, Any]:
    came = [each for each in account.received if each.has_sent]
    written = [(each.name, each.report) for each in came if each.report]
    nobody = "không có"
    return {
        "da_gui": len(came),
        "phai_gui": len(account.received),
        "gui_muon": ", ".join(each.name for each in came if each.is_late) or nobody,
        "chua_gui": ", ".join(each.name for each in account.received if not each.has_sent) or nobody,
        "ket_qua_ca_nhan": [f"{name}: {report.results}" for name, report in written],
        "kho_khan": [f"{name}: {report.difficulties}" for name, report in written if report.difficulties]
        or ["Không có."],
        "de_xuat": [f"{name}: {report.proposals}" for name, report in written if report.proposals] or ["Không có."],
    }


def issuer_of(office: str) -> dict[str, str]:
    """The issuing body in two lines, and the name of the place."""
    kind, _, place = office.partition(" ")
    issuer = "ỦY BAN NHÂN DÂN" if kind == "UBND" else kind.upper()
    return {"noi_ban_hanh_1": issuer, "noi_ban_hanh_2": place.upper(), "dia_danh": place.partition(" ")[2] or place}


def clean(value: Any) -> Any:  # noqa: ANN401 - whatever a template may be given
    """The same with every text readable, whatever it is made of."""
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, Mapping):
        return {key: clean(each) for key, each in value.items()}
    return [clean(each) for each in value] if isinstance(value, list | tuple) else value
