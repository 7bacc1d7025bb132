"""The Zalo Bot Platform's HTTP API: one call, its errors decided by the body first.

Live observers disagree on whether a refusal comes with HTTP 200 or with its own status, so the envelope (`ok`,
`error_code`) counts, and the status only where there is no envelope. The token is in the path of every URL, so
nothing here lets a URL out.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx

from bot.channels.downloading import download

NOTHING_CAME, WRONG_TOKEN, NOT_FOUND, CONFLICT = 408, 401, 404, 409
_CONNECT_SECONDS = 5.0
_READ_SECONDS = 15.0
_PICTURE_SECONDS = 150.0  # the platform fetches the picture before it answers
_POOL_SECONDS = 20.0
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_LONGEST = 200


class ZaloError(Exception):
    """A call failed. `code` is the platform's error code or the HTTP status; 0 when there was no answer at all.

    `by_platform`: the platform itself refused, in its envelope; otherwise it was something on the way, and nobody
    knows what was done. `never_left`: nothing was done, the request did not get out.
    """

    def __init__(self, code: int, words: str, *, by_platform: bool = False, never_left: bool = False) -> None:
        super().__init__(f"{code} {words}".strip()[:_LONGEST])
        self.code = code
        self.by_platform = by_platform
        self.never_left = never_left

    @property
    def is_wrong_token(self) -> bool:
        """The platform does not know the token."""
        return self.by_platform and self.code == WRONG_TOKEN


@dataclass(frozen=True, slots=True)
class Me:
    """What the platform tells of the bot; an unknown name is empty."""

    id: str = ""
    name: str = ""
    account: str = ""
    can_join_groups: bool = False


@dataclass(frozen=True, slots=True)
class WebhookState:
    """Where the platform delivers to; `hint` is what it says about the last trial, if it says anything."""

    url: str
    hint: str = ""


class ZaloApi:
    """Calls methods with JSON bodies. Polls have a connection of their own, which can be made anew."""

    def __init__(self, token: str, api_url: str, read_seconds: float = _READ_SECONDS) -> None:
        self._base = f"{api_url.rstrip('/')}/bot{token}/"
        self._read_seconds = read_seconds
        self._http = _client()
        self._polling = _client()
        self.token_refused = asyncio.Event()  # set whenever a call was refused for its token

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
        await self._polling.aclose()

    async def renew_polling(self) -> None:
        """Make the poll's connection anew: a wedged one looks healthy and never answers."""
        old, self._polling = self._polling, _client()
        await old.aclose()

    async def call(self, method: str, **parameters: object) -> object:
        """The `result` of a method, None when there is none. Raises ZaloError."""
        seconds = _PICTURE_SECONDS if method == "sendPhoto" else self._read_seconds
        return await self._post(self._http, method, parameters, seconds)

    async def poll(self, seconds: int, grace_seconds: float) -> object:
        """One long poll: whatever came, None when nothing did. Raises ZaloError."""
        try:
            return await self._post(self._polling, "getUpdates", {"timeout": str(seconds)}, seconds + grace_seconds)
        except ZaloError as error:
            if error.code == NOTHING_CAME:
                return None
            raise

    async def me(self) -> Me:
        """Who the bot is. Raises ZaloError."""
        found = _object(await self.call("getMe"))
        return Me(
            id=str(found.get("id") or ""),
            name=str(found.get("display_name") or ""),
            account=str(found.get("account_name") or ""),
            can_join_groups=found.get("can_join_groups") is True,
        )

    async def webhook_url(self) -> str:
        """Where the platform delivers to; empty when it waits for polls. Raises ZaloError."""
        try:
            return str(_object(await self.call("getWebhookInfo")).get("url") or "")
        except ZaloError as error:
            if error.code == NOT_FOUND:
                return ""
            raise

    async def set_webhook(self, url: str, secret: str) -> WebhookState:
        """Have everything delivered there from now on. Raises ZaloError."""
        found = _object(await self.call("setWebhook", url=url, secret_token=secret))
        trial = _object(found.get("verification"))
        hint = "" if trial.get("ok", True) else str(trial.get("hint") or trial.get("outcome") or "")
        return WebhookState(str(found.get("url") or url), hint)

    async def delete_webhook(self) -> None:
        """Deliver nothing any more; wait for polls. Raises ZaloError."""
        await self.call("deleteWebhook")

    async def fetch(self, url: str) -> bytes:
        """A picture that somebody sent. Raises NotFetched."""
        return await download(self._http, url, self._base)

    async def _post(
        self, client: httpx.AsyncClient, method: str, parameters: dict[str, Any], read_seconds: float
    ) -> object:
        timeout = httpx.Timeout(read_seconds, connect=_CONNECT_SECONDS, pool=_POOL_SECONDS)
        try:
            answer = await client.post(self._base + method, json=parameters, timeout=timeout)
            return _result(answer)
        except ZaloError as error:
            if error.is_wrong_token:
                self.token_refused.set()
            raise
        except _NEVER_LEFT as error:
            raise ZaloError(0, type(error).__name__, never_left=True) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ZaloError(0, type(error).__name__) from None


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(limits=httpx.Limits(max_connections=32, max_keepalive_connections=8))


def _result(answer: httpx.Response) -> object:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if isinstance(body, dict) and "ok" in body:
        if body["ok"] is True:
            return body.get("result")
        given = body.get("error_code")
        code = given if isinstance(given, int) and given else answer.status_code
        raise ZaloError(code, str(body.get("description") or ""), by_platform=True)
    if answer.is_success:
        raise ZaloError(0, "the answer cannot be read")
    raise ZaloError(answer.status_code, answer.reason_phrase)


def _object(found: object) -> dict[str, Any]:
    """What is no object is an empty one."""
    return found if isinstance(found, dict) else {}
