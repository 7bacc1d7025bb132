"""The webhook of the app: signed deliveries, each again until it is answered 200."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from hashlib import sha256

import httpx

from tests.fakes.oa_errors import Json
from tests.fakes.oa_switches import Switches

SIGNATURE = "X-ZEvent-Signature"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt: what was sent, and what the receiver answered (0: nothing)."""

    at: float
    event: Json
    status: int


@dataclass(slots=True)
class Webhook:
    """Delivers one event after another. `key` is the secret of the webhook, which is not that of the app."""

    switches: Switches
    app_id: str
    oa_id: str
    url: str = ""
    key: str = "fake-webhook-key"
    deliveries: list[Delivery] = field(default_factory=list)
    _queue: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)
    _worker: asyncio.Task[None] | None = None

    def deliver(self, event: Json) -> None:
        """Put an event in line; without an address nobody hears of it."""
        if not self.url:
            return
        self._queue.put_nowait(event)
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())

    def signed(self, event: Json) -> tuple[bytes, str]:
        """The body and its signature."""
        body = json.dumps(event, ensure_ascii=False).encode()
        who = self.app_id if self.switches.signed_with == "app" else self.oa_id
        digest = sha256(
            who.encode() + body + str(event.get("timestamp", "")).encode() + self.key.encode()
        ).hexdigest()
        return body, f"mac={digest}" if self.switches.signature == "mac=" else digest

    async def stop(self) -> None:
        """Deliver nothing more. Raises what went wrong in the fake itself."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.cancel()
            (ended,) = await asyncio.gather(worker, return_exceptions=True)
            if isinstance(ended, Exception):
                raise ended

    async def _work(self) -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
            while True:
                event = await self._queue.get()
                for attempt in range(self.switches.webhook_tries):
                    if attempt:
                        await asyncio.sleep(self.switches.webhook_pause)
                    status = await self._post(client, event, attempt)
                    self.deliveries.append(Delivery(time.monotonic(), event, status))
                    if status == 200:
                        break

    async def _post(self, client: httpx.AsyncClient, event: Json, attempt: int) -> int:
        body, signature = self.signed(event)
        headers = {SIGNATURE: signature, "Content-Type": "application/json", "num_retry": str(attempt)}
        try:
            return (await client.post(self.url, content=body, headers=headers)).status_code
        except httpx.HTTPError:
            return 0
