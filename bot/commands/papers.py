"""Commands that send a paper: /board."""

from bot.command import Request
from wording import papers_sent
from wording.message import Reply, paper


def board(request: Request) -> Reply:
    """The board to project, as one HTML file."""
    return papers_sent.board(paper("document", "board", f"bang-{request.today}.html", request.now))
