"""Speaking with the bot at the keyboard, as a person of a role; works in a pipe."""

import asyncio
import sys
from collections.abc import AsyncIterator
from itertools import count

from bot.channels.console import NAME
from bot.conversation import Incoming
from bot.seats import Seat
from bot.wiring import Bot


async def converse(bot: Bot, seat: Seat, *, in_group: bool, prompt: bool) -> None:
    """Read lines until the end of input, and answer each before the next is read."""
    session_id = f"{bot.clock():%Y%m%d%H%M%S%f}"
    numbers = count(1)
    async for line in _lines(prompt):
        if line.strip():
            await speak(bot, seat, line, f"{session_id}-{next(numbers)}", in_group=in_group)


async def speak(bot: Bot, seat: Seat, text: str, update_id: str, *, in_group: bool = False) -> None:
    """One line from the seat: received, handled, answered."""
    chat = seat.group if in_group else seat.person
    incoming = Incoming(update_id, seat.person, chat, text, in_group)
    bot.conversation.receive(NAME, [incoming])
    for stored in bot.conversation.waiting(NAME):
        await asyncio.to_thread(bot.conversation.handle, stored)
    for courier in bot.couriers:
        await courier.deliver()


async def _lines(prompt: bool) -> AsyncIterator[str]:
    while True:
        if prompt:
            sys.stdout.write("> ")
            sys.stdout.flush()
        line = await asyncio.to_thread(sys.stdin.readline)
        if not line:
            return
        yield line
