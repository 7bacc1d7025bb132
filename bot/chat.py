"""Speaking with the bot at the keyboard, as a person of a role; works in a pipe."""

import asyncio
import codecs
import os
import secrets
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from itertools import count

from bot.channels.console import NAME
from bot.incoming import Incoming
from bot.seats import Seat
from bot.wiring import Bot
from wording.console import at_the_keyboard


async def converse(bot: Bot, seat: Seat, *, in_group: bool, prompt: bool) -> None:
    """Read lines until the end of input, and answer each before the next is read."""
    session_id = secrets.token_hex(8)
    numbers = count(1)
    if prompt:
        write(f"\n{at_the_keyboard(seat.person, in_group=in_group)}")
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
    """Lines of the standard input as they come. None of them is awaited by the process's end."""
    if sys.stdin is None:  # it was closed by whoever started us
        return
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()

    def give(line: str | None) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            loop.call_soon_threadsafe(lines.put_nowait, line)

    threading.Thread(target=_read, args=(sys.stdin.fileno(), give), daemon=True).start()
    while True:
        if prompt:
            write("> ")
        line = await lines.get()
        if line is None:
            return
        yield line


def _read(descriptor: int, give: Callable[[str | None], None]) -> None:
    """Read the descriptor itself: Python's own stream holds a lock while it waits, and its exit would wait for it."""
    decoder, rest = codecs.getincrementaldecoder("utf-8")(errors="replace"), ""
    with suppress(OSError):  # the terminal is gone
        while data := os.read(descriptor, 65536):
            *whole, rest = (rest + decoder.decode(data)).split("\n")
            for line in whole:
                give(line)
    if rest:
        give(rest)
    give(None)


def write(text: object) -> None:
    """To the terminal, at once."""
    sys.stdout.write(str(text))
    sys.stdout.flush()


def at_terminal() -> bool:
    """Whether somebody sits at the keyboard; the input may have been closed."""
    return sys.stdin is not None and sys.stdin.isatty()
