"""What the desks have in common that take files in: they look again and again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

_LOOK_EVERY_SECONDS = 2.0


async def keep_looking(look: Callable[[], Awaitable[int]], deliver: Callable[[], Awaitable[object]]) -> None:
    """Until cancelled, and deliver what is said about what was found; a mistake with one file does not end it."""
    while True:
        try:
            if await look():
                await deliver()
        except Exception:
            log.exception("a file could not be taken in")
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
