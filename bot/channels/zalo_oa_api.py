"""The OpenAPI of a Zalo Official Account: one call, its errors as values, and the purchase of new tokens.

A refusal comes with HTTP 200 and an `error` that is not 0. The access token travels in a header of its own name.
"""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

import httpx

from bot.channels.downloading import download
from bot.channels.fetching import LARGEST
from records.tokens import Pair

REFRESH_LIFETIME = timedelta(days=90)  # three months, where the platform does not tell
_ACCESS_LIFETIME = timedelta(hours=1)  # where the platform does not tell: the shortest that anybody has seen
_CONNECT_SECONDS = 5.0
_READ_SECONDS = 20.0
_POOL_SECONDS = 20.0
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_LONGEST = 200

TOKEN_REFUSED = frozenset({-216, -220, 216, -401, 401})  # live observers have seen each of them
REFRESH_DEAD = frozenset({-118, -14014})  # used up, expired or taken back
APP_REFUSED = frozenset({-14002, -14003})


class OaError(Exception):
    """A call failed. `code` is the platform's, or the HTTP status; 0 when there was no answer at all.

    `by_platform`: the platform itself refused; otherwise it was something on the way, and nobody knows what was
    done. `never_left`: nothing was done, the request did not get out.
    """

    def __init__(self, code: int, words: str, *, by_platform: bool = False, never_left: bool = False) -> None:
        super().__init__(f"{code} {words}".strip()[:_LONGEST])
        self.code = code
        self.words = words
        self.by_platform = by_platform
        self.never_left = never_left


class TokensUnusable(Exception):
    """No call can be made any more before a person acts; the sentence says what to do."""


class Tokens(Protocol):
    """Where the access token comes from."""

    async def access(self) -> str:
        """A token that serves now. Raises OaError, TokensUnusable."""

    async def another(self, refused: str) -> str:
        """One in place of the token that the platform has just refused. Raises OaError, TokensUnusable."""


@dataclass(frozen=True, slots=True)
class App:
    """The application that speaks for the Official Account."""

    id: str
    secret: str = field(repr=False)
    oauth_url: str


class OaApi:
    """Calls of the OpenAPI with the account's token; a token that is refused is renewed once for each call."""

    def __init__(self, url: str, tokens: Tokens, read_seconds: float = _READ_SECONDS) -> None:
        self._url = url.rstrip("/")
        self._tokens = tokens
        self._http = _client(read_seconds)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def get(self, path: str, **query: str | int) -> object:
        """The `data` of a question. Raises OaError, TokensUnusable."""
        return await self._call("GET", path, params=query)

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The `data` of an order. Raises OaError, TokensUnusable."""
        return as_object(await self._call("POST", path, json=body))

    async def upload(self, kind: Literal["file", "image"], name: str, content: bytes) -> str:
        """Put a file up; returns what it is sent by. Raises OaError, TokensUnusable."""
        found = as_object(await self._call("POST", f"v2.0/oa/upload/{kind}", files={"file": (name, content)}))
        return str(found.get("token") or found.get("attachment_id") or "")

    async def fetch(self, url: str, most: int = LARGEST) -> bytes:
        """A file that somebody sent. Raises NotFetched when it is larger than that, or gone."""
        return await download(self._http, url, self._url, most)

    async def _call(self, method: str, path: str, **content: Any) -> object:  # noqa: ANN401 - httpx's own arguments
        token = await _in_hand(self._tokens.access())
        try:
            return await self._once(method, path, token, content)
        except OaError as error:
            if not (error.by_platform and error.code in TOKEN_REFUSED):
                raise
        token = await _in_hand(self._tokens.another(token))
        return await self._once(method, path, token, content)

    async def _once(self, method: str, path: str, token: str, content: dict[str, Any]) -> object:
        url = f"{self._url}/{path}"
        try:
            answer = await self._http.request(method, url, headers={"access_token": token}, **content)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _lost(error) from None
        return _body(answer).get("data")


class Exchange:
    """Buys a new pair of tokens with a refresh token."""

    def __init__(self, app: App, read_seconds: float = _READ_SECONDS) -> None:
        self.app = app
        self._http = _client(read_seconds)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def buy(self, refresh: str, now: datetime) -> Pair:
        """The next pair; the refresh token is used up by it. Raises OaError."""
        form = {"app_id": self.app.id, "refresh_token": refresh, "grant_type": "refresh_token"}
        url = f"{self.app.oauth_url.rstrip('/')}/v4/oa/access_token"
        try:
            answer = await self._http.post(url, data=form, headers={"secret_key": self.app.secret})
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _lost(error) from None
        found = _body(answer)
        access, following = found.get("access_token"), found.get("refresh_token")
        if not (isinstance(access, str) and access and isinstance(following, str) and following):
            raise OaError(0, "the answer holds no tokens")
        return Pair(
            access,
            now + (_seconds(found.get("expires_in")) or _ACCESS_LIFETIME),
            following,
            now + (_seconds(found.get("refresh_token_expires_in")) or REFRESH_LIFETIME),
        )


def as_object(found: object) -> dict[str, Any]:
    """What is no object is an empty one."""
    return found if isinstance(found, dict) else {}


def entries_of(found: object) -> list[dict[str, Any]]:
    """The objects of a list, or of the first list in an object: observers disagree on the name around it."""
    if isinstance(found, dict):
        found = next((value for value in found.values() if isinstance(value, list)), [])
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


async def _in_hand(token: Awaitable[str]) -> str:
    """The token; where there is none for now, nothing of the call has got out."""
    try:
        return await token
    except OaError as error:
        raise OaError(error.code, error.words, never_left=True) from None


def _client(read_seconds: float) -> httpx.AsyncClient:
    timeout = httpx.Timeout(read_seconds, connect=_CONNECT_SECONDS, pool=_POOL_SECONDS)
    return httpx.AsyncClient(timeout=timeout, limits=httpx.Limits(max_connections=16, max_keepalive_connections=4))


def _lost(error: Exception) -> OaError:
    return OaError(0, type(error).__name__, never_left=isinstance(error, _NEVER_LEFT))


def _body(answer: httpx.Response) -> dict[str, Any]:
    """The envelope. Raises OaError for a refusal, and for what is no envelope."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        if answer.is_success:
            raise OaError(0, "the answer cannot be read")
        raise OaError(answer.status_code, answer.reason_phrase)
    code = _number(body.get("error", 0 if answer.is_success else answer.status_code))
    if code:
        words = str(body.get("message") or body.get("error_name") or "")
        raise OaError(code, words, by_platform=True)
    return body


def _number(value: object) -> int:
    """An error code; what is no number is an error all the same."""
    try:
        return int(str(value))
    except ValueError:
        return -1


def _seconds(value: object) -> timedelta | None:
    """A length of time that may come as a number or as a text; None when it tells nothing."""
    try:
        return timedelta(seconds=float(str(value))) or None
    except (ValueError, OverflowError):
        return None
