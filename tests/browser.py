"""A real browser without a window: pages are opened, clicked, measured and printed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium")
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")


def dom_after(page: Path, script: str, width: int = 1280) -> str:
    """What `script` (an expression that gives a text) tells inside the page, shown in a frame of that width."""
    told = f"<script>addEventListener('load', () => parent.postMessage(String({script}), '*'));</script></body>"
    page.with_name("asked.html").write_text(page.read_text(encoding="utf-8").replace("</body>", told))
    frame = page.with_name("frame.html")
    frame.write_text(
        f"<iframe src='asked.html' width='{width}' height='900'></iframe><pre id='told'></pre>"
        "<script>onmessage = (message) => { document.getElementById('told').textContent = message.data; }</script>"
    )
    shown = _run(page.parent, "--virtual-time-budget=5000", "--dump-dom", frame.as_uri())
    found = re.search(r'<pre id="told">([^<]*)</pre>', shown)
    assert found is not None, shown
    return found[1]


def printed(page: Path) -> bytes:
    """The page as a PDF."""
    file = page.with_suffix(".pdf")
    _run(page.parent, "--no-pdf-header-footer", f"--print-to-pdf={file}", page.as_uri())
    return file.read_bytes()


def _run(folder: Path, *arguments: str) -> str:
    assert CHROMIUM is not None
    offline = "--host-resolver-rules=MAP * ~NOTFOUND"
    profile = f"--user-data-dir={folder / 'profile'}"
    command = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", offline, profile, *arguments]
    done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    return done.stdout.decode()
