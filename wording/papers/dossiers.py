"""The dossier of a task as .docx, ready for an inspection."""

from typing import Any

from plan_data.workdays import ZONE
from wording.dates import full_day, limit, occurrence, title
from wording.papers.documents import clean, fill, issuer_of
from wording.papers.layout import Layout
from wording.sheets import Dossier, Term


def draw(dossier: Dossier) -> bytes:
    """The document."""
    return fill(_template(), clean(_values(dossier)))


def _template() -> bytes:
    layout = Layout()
    layout.heading("HS-UBND")
    layout.title("HỒ SƠ THEO DÕI NHIỆM VỤ", "{{ ma }}. {{ ten }}")
    layout.text("{{ luc }}", italic=True)
    layout.text("I. NỘI DUNG THEO KẾ HOẠCH", bold=True)
    layout.tag("{%p for dong in noi_dung %}")
    layout.text("- {{ dong }}")
    layout.tag("{%p endfor %}")
    layout.text("II. CÁC KỲ VÀ KẾT QUẢ", bold=True)
    layout.table(
        ("Việc, kỳ", "Hạn", "Kết quả"),
        "dong in cac_ky",
        ("{{ dong.viec }}", "{{ dong.han_lam }}", "{{ dong.ket_qua }}"),
        (6.0, 6.0, 4.0),
    )
    layout.text("III. DIỄN BIẾN", bold=True)
    layout.table(
        ("Thời gian", "Kỳ", "Diễn biến", "Người thực hiện, người nhận"),
        "dong in dien_bien",
        ("{{ dong.luc }}", "{{ dong.ky }}", "{{ dong.viec }}", "{{ dong.ai }}"),
        (2.6, 2.8, 7.0, 3.6),
    )
    layout.signature()
    return layout.content()


def _values(dossier: Dossier) -> dict[str, Any]:
    task, plan, at = dossier.task, dossier.plan, dossier.at.astimezone(ZONE)
    lines = [
        f"Căn cứ: {task.clause}, Kế hoạch số {plan.number} ngày {full_day(plan.issued)}",
        f"Tiến độ theo Kế hoạch: {task.source_words}",
        f"Phụ trách: {dossier.lead}",
    ]
    lines += [f"Phối hợp: {dossier.support}"] if dossier.support else []
    lines += [f"Theo dõi: {dossier.monitor}"] if dossier.monitor else []
    lines += [f"Sản phẩm: {task.product}"] if task.product else []
    lines += [f"Nơi nhận: {task.recipient}"] if task.recipient else []
    return {
        **issuer_of(plan.office),
        "thang": at.month,
        "nam": at.year,
        "ma": task.code,
        "ten": task.title,
        "luc": f"Trích từ bot Nhắc Việc lúc {at:%H:%M} ngày {full_day(at.date())}.",
        "noi_dung": lines,
        "cac_ky": [
            {
                "viec": title(term.deadline),
                "han_lam": limit(term.deadline, term.deadline.last_day),
                "ket_qua": _outcome(term),
            }
            for term in dossier.terms
        ],
        "dien_bien": [
            {
                "luc": f"{each.at.astimezone(ZONE):%H:%M %d/%m/%Y}",
                "ky": occurrence(each.deadline),
                "viec": each.what,
                "ai": each.who,
            }
            for each in dossier.happened
        ],
        "noi_nhan": ["Lưu hồ sơ công việc"],
        "chuc_vu_ky": "CHỦ TỊCH",
    }


def _outcome(term: Term) -> str:
    if term.done_on is None:
        return "Quá hạn" if term.is_overdue else "Chưa xong"
    return f"Xong {'muộn' if term.is_late else 'đúng hạn'}, ngày {full_day(term.done_on)}"
