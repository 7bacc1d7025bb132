"""What a running bot does beside its work: signs of life for those who watch it, and the chores of the night.

Nothing here runs on the event loop for long, and nothing that fails here ends the bot.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

import httpx
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.settings import Settings, Supervisor
from bot.systemd import tell_systemd
from bot.vitals import Silence, Vitals
from jobs.interruptions import FREEZE, tell_of_freeze, tell_of_loss, tell_of_silence
from plan_data.office import Office
from records.database import transaction
from records.vital_signs import keep_signs

log = logging.getLogger(__name__)

_ROUNDS_A_MINUTE = 3
_PATIENCE_SECONDS = 10.0


class Upkeep:
    """Runs beside the bot until it is cancelled."""

    def __init__(
        self,
        engine: Engine,
        office: Office,
        clock: Clock,
        vitals: Vitals,
        settings: Settings,
        supervisor: Supervisor,
        chores: Sequence[Callable[[], object]] = (),
        every_seconds: float | None = None,
    ) -> None:
        self._engine = engine
        self._office = office
        self._clock = clock
        self._vitals = vitals
        self._written_at = clock()
        self._heartbeat = settings.heartbeat_url.get_secret_value() if settings.heartbeat_url else ""
        self._socket = supervisor.notify_socket
        self._every = every_seconds or supervisor.every_seconds
        self._chores = chores

    async def run(self) -> None:
        """Go on until cancelled."""
        tell_systemd(self._socket, "READY=1")
        chores = asyncio.create_task(self._do_chores())
        try:
            rounds = 0
            while True:
                if self._vitals.is_ticking():
                    tell_systemd(self._socket, "WATCHDOG=1")
                if rounds % _ROUNDS_A_MINUTE == 0:
                    await asyncio.to_thread(self._write_down)
                    await self._ping()
                rounds += 1
                await asyncio.sleep(self._every)
        finally:
            tell_systemd(self._socket, "STOPPING=1")
            chores.cancel()
            await asyncio.gather(chores, return_exceptions=True)

    def _write_down(self) -> None:
        """The signs of life; and the clerk is told which channel is silent, and of what is over.

        When nothing has been written down for long, the machine slept or the database could not be written to. The
        clerk hears of that as one outage, and not beside it that the channels were silent too.
        """
        now, since = self._clock(), self._written_at
        was_away = now - since > FREEZE
        if was_away:
            self._vitals.was_away(since)
        silences: list[Silence] = self._vitals.silences_that_are_over()
        try:
            with transaction(self._engine) as session:
                keep_signs(session, self._vitals.signs)
                if was_away:
                    tell_of_freeze(session, self._office, since, now)
                for silence in silences:
                    tell_of_silence(session, self._office, silence.channel, silence.since, silence.until)
                for silence in self._vitals.silent_now():
                    tell_of_loss(session, self._office, silence.channel, silence.since, now)
        except SQLAlchemyError:
            self._vitals.over[:0] = silences
            log.exception("signs of life cannot be written down")
        else:
            self._written_at = now

    async def _ping(self) -> None:
        """Let the monitor outside know; when the bot is not well it is left to miss us. The URL is a secret."""
        if not self._heartbeat or not self._vitals.is_well():
            return
        try:
            async with httpx.AsyncClient(timeout=_PATIENCE_SECONDS) as client:
                answer = await client.get(self._heartbeat)
            if answer.status_code >= httpx.codes.BAD_REQUEST:
                log.warning("the heartbeat was answered with %s", answer.status_code)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.warning("the heartbeat did not get through: %s", type(error).__name__)

    async def _do_chores(self) -> None:
        """Each chore looks itself whether it is due."""
        while True:
            for chore in self._chores:
                try:
                    await asyncio.to_thread(chore)
                except Exception:
                    log.exception("a chore has failed")
            await asyncio.sleep(self._every * _ROUNDS_A_MINUTE)
