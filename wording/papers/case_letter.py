"""The apology and re-appointment letter of a case, as .docx."""

from plan_data.workdays import ZONE
from wording import case_letters as words
from wording.case_letters import Letter
from wording.papers.documents import clean, fill, issuer_of
from wording.papers.layout import Layout


def draw(letter: Letter) -> bytes:
    """The file. The number and the day are left open: the registry fills them in."""
    day = letter.day.astimezone(ZONE)
    values = {
        **issuer_of(letter.office),
        "thang": day.month,
        "nam": day.year,
        "kinh_gui": words.addressee(letter),
        "noi_dung": words.paragraphs(letter),
        "noi_nhan": words.RECIPIENTS,
        "chuc_vu_ky": words.SIGNER,
    }
    return fill(_template(), clean(values))


def _template() -> bytes:
    layout = Layout()
    layout.heading(words.SYMBOL)
    layout.title(words.TITLE)
    layout.addressee("{{ kinh_gui }}")
    layout.tag("{%p for doan in noi_dung %}")
    layout.text("{{ doan }}")
    layout.tag("{%p endfor %}")
    layout.signature(words.KEPT)
    return layout.content()
