"""The bot as `nhacviec run` puts it together, with the pace switched off: it measures the bot and not the limits."""

import asyncio
import signal
import time

from bot.channels.pace import Pace
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_service import SEND_AT_ONCE, TelegramService, make_bot, polling_request
from bot.clock import real_clock
from bot.commands.table import COMMANDS
from bot.reception import Reception
from bot.redaction import set_up_logging
from bot.settings import read_settings
from bot.wiring import open_bot, open_office
from jobs.timetable import timetable

_ENDLESS = (1_000_000, 1.0)


async def main() -> None:
    """Run until SIGTERM."""
    settings = read_settings()
    set_up_logging(settings.log_level, settings.secrets)
    assert settings.telegram_bot_token is not None
    bot = open_bot(settings, open_office(settings), real_clock, simulated=False)
    polling = polling_request()
    client = make_bot(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url, polling)
    pace = Pace(time.monotonic, _ENDLESS, _ENDLESS, _ENDLESS)
    courier = bot.attach(TelegramChannel(client, pace), SEND_AT_ONCE)
    service = TelegramService(client, polling, Reception(bot.conversation, courier), COMMANDS)
    await bot.start()
    scheduler = timetable(bot.step, 20)
    scheduler.start()
    work = [asyncio.create_task(each) for each in (service.run(), courier.run())]
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    for task in work:
        task.cancel()
    await asyncio.gather(*work, return_exceptions=True)
    scheduler.shutdown()


if __name__ == "__main__":
    asyncio.run(main())
