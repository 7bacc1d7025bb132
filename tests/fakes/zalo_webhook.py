"""The webhook: its address, and the deliveries to it through a tunnel that ends on loopback."""

import asyncio
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from tests.fakes.zalo_errors import Json
from tests.fakes.zalo_switches import Switches

SECRET_HEADER = "X-Bot-Api-Secret-Token"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to deliver an update: what the receiver answered, or why it did not (status 0)."""

    at: float
    url: str
    update: Json
    status: int
    why: str = ""


@dataclass(slots=True)
class Webhook:
    """Delivers one update after another, each again until it is answered 2xx or the tries are used up.

    The platform takes only public https addresses, and the fake leaves the machine for none: `tunnels` tells which
    loopback address stands behind a public one, as {"https://bot.phuong.vn": "http://127.0.0.1:8443"}.
    """

    switches: Switches
    url: str = ""
    secret: str = ""
    updated_at: int = 0
    tunnels: dict[str, str] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    _queue: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)
    _worker: asyncio.Task[None] | None = None

    @property
    def pending(self) -> int:
        """How many updates are in line behind the one that is being delivered."""
        return self._queue.qsize()

    def tunnel(self, public: str, local: str) -> None:
        """Let what goes to a public address arrive at one on loopback."""
        if urlsplit(local).hostname not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError(f"{local} is not on loopback")
        self.tunnels[public.rstrip("/")] = local.rstrip("/")

    def deliver(self, update: Json) -> None:
        """Put an update in line."""
        self._queue.put_nowait(update)
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Deliver nothing more. Raises what went wrong in the fake itself."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.cancel()
            (ended,) = await asyncio.gather(worker, return_exceptions=True)
            if isinstance(ended, Exception):
                raise ended

    async def _work(self) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            while True:
                update = await self._queue.get()
                for attempt in range(self.switches.webhook_tries):
                    if attempt:
                        await asyncio.sleep(self.switches.webhook_pause)
                    if not self.url:
                        break
                    status, why = await self._post(client, update)
                    self.deliveries.append(Delivery(time.monotonic(), self.url, update, status, why))
                    if 200 <= status <= 299:
                        break

    async def _post(self, client: httpx.AsyncClient, update: Json) -> tuple[int, str]:
        parts = urlsplit(self.url)
        local = self.tunnels.get(f"{parts.scheme}://{parts.netloc}")
        if local is None:
            return 0, "there is no tunnel"
        body = {"ok": True, "result": update} if self.switches.webhook == "wrapped" else update
        query = f"?{parts.query}" if parts.query else ""
        try:
            answer = await client.post(
                f"{local}{parts.path}{query}",
                json=body,
                headers={SECRET_HEADER: self.secret},
                timeout=self.switches.webhook_timeout,
            )
        except httpx.HTTPError as error:
            return 0, repr(error)
        return answer.status_code, ""
