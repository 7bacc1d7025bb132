"""Commands that send a paper: /board, /dossier."""

from bot.command import Request
from bot.commands.targets import named_task
from wording import papers_sent
from wording.dossier import dossier as brought
from wording.dossier import which_dossier
from wording.message import Reply, paper


def board(request: Request) -> Reply:
    """The board to project, as one HTML file; no officer's cases into a group."""
    about = {"group": 1} if request.in_group else {}
    return papers_sent.board(paper("document", "board", f"bang-{request.today}.html", request.now, about))


def dossier(request: Request) -> Reply:
    """Everything on record about a task, ready for an inspection."""
    named = named_task(request)
    if named is None:
        raise which_dossier()
    plan, task = named.tasks[0]
    name = f"ho-so-{task.code.lower().replace('.', '-')}-{request.today}.docx"
    file = paper("document", "dossier", name, request.now, {"plan": plan.id, "task": task.code})
    return brought(task.code, task.short, file)
