"""The channels as the service works them: each listens, carries messages, and in the end closes its connections."""

import hmac
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_service import SEND_AT_ONCE, TelegramService, make_bot, polling_request
from bot.channels.zalo import ZaloChannel
from bot.channels.zalo_api import ZaloApi
from bot.channels.zalo_service import SEND_AT_ONCE as ZALO_AT_ONCE
from bot.channels.zalo_service import ZaloService
from bot.commands.table import COMMANDS
from bot.health import is_alive
from bot.reception import Reception
from bot.settings import Settings
from bot.webhook import Endpoint, Headers, Hook, listen, open_port
from bot.wiring import Bot
from jobs.delivery import Courier

Work = Coroutine[Any, Any, None]


@dataclass(frozen=True, slots=True)
class Line:
    """A channel at work. `listen` raises ChannelStopped when the platform refuses for good."""

    courier: Courier
    listen: Callable[[], Work]
    close: Callable[[], Awaitable[None]]

    @property
    def channel(self) -> str:
        """The name of the channel."""
        return self.courier.channel


def lines(settings: Settings, bot: Bot) -> list[Line]:
    """A line for each channel that has a token."""
    return [line for make in (_telegram, _zalo) if (line := make(settings, bot)) is not None]


def _telegram(settings: Settings, bot: Bot) -> Line | None:
    if settings.telegram_bot_token is None:
        return None
    polling = polling_request()
    client = make_bot(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url, polling)
    courier = bot.attach(TelegramChannel(client), SEND_AT_ONCE)
    reception = Reception(bot.conversation, courier, polled=bot.vitals.polls_of(courier.channel))
    service = TelegramService(client, polling, reception, COMMANDS)
    return Line(courier, service.run, service.close)


def _zalo(settings: Settings, bot: Bot) -> Line | None:
    if settings.zalo_bot_token is None:
        return None
    api = ZaloApi(settings.zalo_bot_token.get_secret_value(), settings.zalo_api_url)
    courier = bot.attach(ZaloChannel(api), ZALO_AT_ONCE, settings.zalo_monthly_quota)
    if settings.zalo_mode == "polling":
        polls = bot.vitals.polls_of(courier.channel)
        service = ZaloService(api, Reception(bot.conversation, courier, polled=polls))
        return Line(courier, service.poll, api.close)
    service = ZaloService(api, Reception(bot.conversation, courier))
    assert settings.zalo_webhook_secret is not None, "the settings make sure of it"
    secret = settings.zalo_webhook_secret.get_secret_value().encode()

    def from_zalo(headers: Headers, _body: bytes) -> bool:
        return hmac.compare_digest(headers.get(b"x-bot-api-secret-token", b""), secret)

    endpoint = Endpoint({"": Hook(from_zalo, service.take)}, lambda: is_alive(bot.engine, bot.clock()))
    port = open_port(settings.zalo_webhook_host, settings.zalo_webhook_port)

    def opened() -> Work:
        return listen(endpoint, port)

    return Line(courier, lambda: service.wait_for_deliveries(opened), api.close)
