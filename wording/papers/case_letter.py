"""The apology and re-appointment letter of a case, as .docx."""

from wording import case_letters as words
from wording.case_letters import Letter
from wording.papers import administrative as layout


def draw(letter: Letter) -> bytes:
    """The file."""
    paper = layout.blank_paper()
    layout.heading_block(paper, letter.office, words.SYMBOL, letter.place, letter.day)
    layout.title(paper, words.TITLE, words.addressee(letter))
    layout.text(paper, words.paragraphs(letter))
    layout.signature_block(paper, words.SIGNER, words.RECIPIENTS)
    return layout.content(paper)
