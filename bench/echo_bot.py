"""The measure: python-telegram-bot alone, which answers each message and keeps nothing."""

import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler
from telegram.request import HTTPXRequest

from bot.settings import read_settings


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say the same."""
    if update.message is not None and update.message.text is not None:
        await update.message.reply_text(update.message.text)


def main(at_once: int) -> None:
    """Run until SIGTERM."""
    settings = read_settings()
    assert settings.telegram_bot_token is not None
    application = (
        Application.builder()
        .token(settings.telegram_bot_token.get_secret_value())
        .base_url(f"{settings.telegram_api_url}/bot")
        .request(HTTPXRequest(connection_pool_size=at_once + 4, pool_timeout=30.0))
        .concurrent_updates(at_once)
        .build()
    )
    application.add_handler(MessageHandler(None, echo))
    application.run_polling()


if __name__ == "__main__":
    main(int(sys.argv[1]))
