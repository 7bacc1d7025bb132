"""The channels as the service works them: each listens, carries messages, and in the end closes its connections."""

import hmac
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.channels.pace import Pace
from bot.channels.polling import Work
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_service import SEND_AT_ONCE, TelegramService, make_bot, polling_request
from bot.channels.zalo import ZaloChannel
from bot.channels.zalo_api import ZaloApi
from bot.channels.zalo_oa import OaChannel
from bot.channels.zalo_oa_api import App, Exchange, OaApi
from bot.channels.zalo_oa_history import History
from bot.channels.zalo_oa_service import SEND_AT_ONCE as OA_AT_ONCE
from bot.channels.zalo_oa_service import OaService
from bot.channels.zalo_oa_tokens import TokenKeeper, begin_with
from bot.channels.zalo_service import SEND_AT_ONCE as ZALO_AT_ONCE
from bot.channels.zalo_service import ZaloService
from bot.commands.table import COMMANDS
from bot.health import is_alive
from bot.reception import Reception
from bot.settings import Settings
from bot.webhook import Door, Headers, Hook
from bot.wiring import Bot
from jobs.delivery import Courier
from wording.zalo_oa import NO_WEBHOOK_KEY

log = logging.getLogger(__name__)

OA_PATH = "/zalo-oa"


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
    host, port, alone = settings.zalo_webhook_host, settings.zalo_webhook_port, bot.worker is None
    door = Door(host, port, lambda: is_alive(bot.engine, bot.clock()), early=alone)
    made = (_telegram(settings, bot), _zalo(settings, bot, door), _zalo_oa(settings, bot, door))
    return [line for line in made if line is not None]


def _telegram(settings: Settings, bot: Bot) -> Line | None:
    if settings.telegram_bot_token is None:
        return None
    polling = polling_request()
    client = make_bot(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url, polling)
    channel = TelegramChannel(client, Pace(time.monotonic, workers=bot.workers))
    bot.fetch[channel.name] = channel.fetch
    courier = bot.attach(channel, SEND_AT_ONCE)
    reception = Reception(bot.conversation, courier, polled=bot.vitals.polls_of(courier.channel))
    service = TelegramService(client, polling, reception, COMMANDS)
    return Line(courier, service.run, service.close)


def _zalo(settings: Settings, bot: Bot, door: Door) -> Line | None:
    if settings.zalo_bot_token is None:
        return None
    api = ZaloApi(settings.zalo_bot_token.get_secret_value(), settings.zalo_api_url)
    channel = ZaloChannel(api)
    bot.fetch[channel.name] = channel.fetch
    courier = bot.attach(channel, ZALO_AT_ONCE, settings.zalo_monthly_quota)
    if settings.zalo_mode == "polling":
        polls = bot.vitals.polls_of(courier.channel)
        service = ZaloService(api, Reception(bot.conversation, courier, polled=polls))
        return Line(courier, service.poll, api.close)
    service = ZaloService(api, Reception(bot.conversation, courier))
    assert settings.zalo_webhook_secret is not None, "the settings make sure of it"
    secret = settings.zalo_webhook_secret.get_secret_value().encode()

    def from_zalo(headers: Headers, _body: bytes) -> bool:
        return hmac.compare_digest(headers.get(b"x-bot-api-secret-token", b""), secret)

    opened = door.behind("", Hook(from_zalo, service.take))
    return Line(courier, lambda: service.wait_for_deliveries(opened), api.close)


def _zalo_oa(settings: Settings, bot: Bot, door: Door) -> Line | None:
    """While the webhook's key is not known, deliveries are answered and passed over: Zalo shows the key only then."""
    if not settings.zalo_oa_app_id:
        return None
    assert settings.zalo_oa_secret_key is not None, "the settings make sure of it"
    app = App(settings.zalo_oa_app_id, settings.zalo_oa_secret_key.get_secret_value(), settings.zalo_oa_oauth_url)
    if settings.zalo_oa_refresh_token is not None:
        begin_with(bot.engine, app.id, settings.zalo_oa_refresh_token.get_secret_value(), bot.clock)
    keeper = TokenKeeper(bot.engine, bot.office, Exchange(app), bot.clock)
    api = OaApi(settings.zalo_oa_url, keeper)
    channel = OaChannel(api, keeper.give_up)
    bot.fetch[channel.name] = channel.fetch
    courier = bot.attach(channel, OA_AT_ONCE)
    history = History(api, bot.engine, bot.clock)
    if settings.zalo_oa_mode == "polling":
        reception = Reception(bot.conversation, courier, polled=bot.vitals.polls_of(courier.channel))
        service = OaService(api, keeper, history, reception, bot.clock)
        return Line(courier, service.poll, service.close)
    service = OaService(api, keeper, history, Reception(bot.conversation, courier), bot.clock)
    if (key := settings.zalo_oa_webhook_key) is None:
        log.warning("%s", NO_WEBHOOK_KEY)
        hook = Hook(lambda _headers, _body: True, _pass_over)
    else:
        hook = Hook(service.admits(app.id, key.get_secret_value()), service.take)
    opened = door.behind(OA_PATH, hook)
    return Line(courier, lambda: service.wait_for_deliveries(opened), service.close)


async def _pass_over(_event: object) -> None:
    """Nobody knows who sent it."""
