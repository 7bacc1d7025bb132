"""One request after its parameters are read: the fault that waits for it, the method, the record, the latency."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Generic

from tests.fakes.call_log import Call, CallLog
from tests.fakes.faults import F, Faults
from tests.fakes.http_params import Params
from tests.fakes.http_server import Response

Answer = tuple[Response, str]  # what goes out, and why when it is a refusal


class Answering(Generic[F]):
    """Answers the requests of one server. `latency` delays every answer but that of a poll."""

    def __init__(self, log: CallLog[Any]) -> None:
        self.faults: Faults[F] = Faults()
        self.latency = 0.0
        self._log = log

    def answer(
        self, method: str, params: Params, apply: Callable[[Params], Answer]
    ) -> Response | Awaitable[Response]:
        """Answer a request that the platform answers at once."""
        at = time.monotonic()
        fault = self.faults.take(method, params.values)
        response, why = apply(params) if fault is None or fault.applied else (Response.dropped(), "")
        if fault is not None:
            response = fault.response(response)
        self._record(at, method, params, response, why, fault)
        wait = self.latency + (fault.seconds if fault is not None else 0.0)
        return _later(response, wait) if wait else response

    async def answer_poll(
        self, method: str, params: Params, apply: Callable[[Params], Awaitable[Answer]]
    ) -> Response:
        """Answer a request that the platform may hold open."""
        at = time.monotonic()
        fault = self.faults.take(method, params.values)
        response, why = await apply(params) if fault is None or fault.applied else (Response.dropped(), "")
        if fault is not None:
            await asyncio.sleep(fault.seconds)
            response = fault.response(response)
        self._record(at, method, params, response, why, fault)
        return response

    def refuse(self, method: str, response: Response, why: str) -> Response:
        """Answer a request whose parameters are not even looked at."""
        self._log.called(Call(time.monotonic(), method, {}, (), response.status, why))
        return response

    def _record(self, at: float, method: str, params: Params, response: Response, why: str, fault: F | None) -> None:
        names = tuple(upload.name for upload in params.files.values())
        self._log.called(Call(at, method, params.values, names, response.status, why, fault.kind if fault else ""))


async def _later(response: Response, seconds: float) -> Response:
    await asyncio.sleep(seconds)
    return response
