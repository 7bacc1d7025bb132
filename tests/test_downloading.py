"""A file at a URL that a platform gave: nothing from elsewhere in the house, nothing without an end."""

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.channels.downloading import download
from bot.channels.fetching import NotFetched
from tests.fakes.http_server import HttpServer, Request, Response


def answer(request: Request) -> Response:
    """A file, a file that has moved, or nothing."""
    if request.path == "/moved":
        return Response(302, headers={"Location": "/file"})
    return Response(200, b"0123456789", "image/png") if request.path == "/file" else Response(404)


@pytest.fixture
async def home() -> AsyncIterator[str]:
    """The platform's own server."""
    server = HttpServer(answer)
    await server.start()
    yield f"http://127.0.0.1:{server.port}"
    await server.stop()


async def test_file_is_downloaded_as_far_as_it_may_be_large(home: str) -> None:
    async with httpx.AsyncClient() as client:
        assert await download(client, f"{home}/file", home, most=10) == b"0123456789"
        with pytest.raises(NotFetched, match="too large"):
            await download(client, f"{home}/file", home, most=9)


async def test_what_is_gone_or_has_moved_is_not_fetched(home: str) -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(NotFetched, match="HTTP 404"):
            await download(client, f"{home}/nothing", home)
        with pytest.raises(NotFetched, match="HTTP 302"):
            await download(client, f"{home}/moved", home)


async def test_what_lies_elsewhere_in_the_house_is_not_asked_for(home: str) -> None:
    neighbour = home.replace("127.0.0.1", "localhost")
    async with httpx.AsyncClient() as client:
        for url in (f"{neighbour}/file", "file:///etc/passwd", "/etc/passwd", "", "http://["):
            with pytest.raises(NotFetched, match="not over HTTPS"):
                await download(client, url, home)
