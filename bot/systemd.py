"""systemd's watchdog: a few words over its socket. Without systemd there is no socket, and nothing is said."""

import asyncio
import logging
import socket

from bot.settings import Supervisor

log = logging.getLogger(__name__)


def tell_systemd(address: str, *words: str) -> None:
    """Say words such as READY=1, WATCHDOG=1; an address that begins with "@" is an abstract one."""
    if not address:
        return
    place = f"\0{address[1:]}" if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to:
            to.sendto("\n".join(words).encode(), place)
    except OSError as error:
        log.warning("systemd cannot be told: %s", error.strerror)


async def stand_by(supervisor: Supervisor) -> None:
    """Tell that we are ready and alive until cancelled, as long as another process does the work that is watched."""
    tell_systemd(supervisor.notify_socket, "READY=1")
    while True:
        tell_systemd(supervisor.notify_socket, "WATCHDOG=1")
        await asyncio.sleep(supervisor.every_seconds)
