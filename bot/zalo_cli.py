"""`nhacviec zalo …`: what the platform knows of the bot, and where it delivers to."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.channels.zalo_api import ZaloApi, ZaloError
from bot.mistakes import Mistake
from bot.settings import Settings
from wording import zalo as words


class ZaloRefused(Mistake):
    """The platform did not do what was asked, or could not be reached."""


def info(settings: Settings) -> list[str]:
    """Who the bot is and how it gets its messages. Raises ZaloRefused."""
    return _ask(settings, _info)


def set_webhook(settings: Settings, url: str) -> list[str]:
    """Have the platform deliver to this address. Raises ZaloRefused."""
    secret = settings.zalo_webhook_secret
    if secret is None:
        raise ZaloRefused(words.NO_SECRET)

    async def ask(api: ZaloApi) -> list[str]:
        state = await api.set_webhook(url, secret.get_secret_value())
        return words.webhook_set(state.url, state.hint, polling=settings.zalo_mode == "polling")

    return _ask(settings, ask)


def delete_webhook(settings: Settings) -> list[str]:
    """Have the platform keep messages for polls. Raises ZaloRefused."""

    async def ask(api: ZaloApi) -> list[str]:
        await api.delete_webhook()
        return words.webhook_deleted(polling=settings.zalo_mode == "polling")

    return _ask(settings, ask)


def _ask(settings: Settings, question: Callable[[ZaloApi], Awaitable[list[str]]]) -> list[str]:
    if settings.zalo_bot_token is None:
        raise ZaloRefused(words.NO_TOKEN)
    return asyncio.run(_asked(settings.zalo_bot_token.get_secret_value(), settings.zalo_api_url, question))


async def _asked(token: str, url: str, question: Callable[[ZaloApi], Awaitable[list[str]]]) -> list[str]:
    api = ZaloApi(token, url)
    try:
        return await question(api)
    except ZaloError as error:
        raise ZaloRefused(words.refused(str(error), wrong_token=error.is_wrong_token)) from None
    finally:
        await api.close()


async def _info(api: ZaloApi) -> list[str]:
    me = await api.me()
    return words.about(me.name or me.account, me.id, await api.webhook_url(), can_join_groups=me.can_join_groups)
