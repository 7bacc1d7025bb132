"""Downloading a file from the URL at which a platform keeps it."""

import httpx

from bot.channels.fetching import LARGEST, NotFetched


async def download(client: httpx.AsyncClient, url: str, home: str, most: int = LARGEST) -> bytes:
    """The file behind a URL that a platform gave; `home` is the platform's own. Raises NotFetched.

    Only over HTTPS, or from the platform's own server; no redirect is followed, and nothing secret goes along.
    """
    try:
        if httpx.URL(url).scheme != "https" and _server(url) != _server(home):
            raise NotFetched("not over HTTPS")
        async with client.stream("GET", url) as answer:
            if not answer.is_success:
                raise NotFetched(f"HTTP {answer.status_code}")
            content = bytearray()
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > most:
                    raise NotFetched("too large")
            return bytes(content)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotFetched(type(error).__name__) from None


def _server(url: str) -> tuple[str, str, int | None]:
    parsed = httpx.URL(url)
    return parsed.scheme, parsed.host, parsed.port
