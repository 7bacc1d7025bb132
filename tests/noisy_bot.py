"""A process that logs everything and crashes in every way; run by test_redaction with a token and a password."""

import asyncio
import gc
import logging
import sys
import threading
import warnings

from telegram.error import TelegramError

from bot.channels.telegram_service import make_bot, polling_request
from bot.redaction import set_up_logging


async def fail() -> None:
    """Make a request to nobody, and leave a task behind that failed."""
    bot = make_bot(TOKEN, "http://127.0.0.1:9", polling_request())
    try:
        await bot.send_message(1, "x")
    except TelegramError:
        logging.getLogger("telegram").exception("%s", bot.base_url)
    task = asyncio.create_task(crash())
    await asyncio.wait([task])
    del task
    gc.collect()


async def crash() -> None:
    """Fail with every secret in the message."""
    raise ValueError(f"{TOKEN} {PASSWORD}")


TOKEN, PASSWORD = sys.argv[1:]
set_up_logging("DEBUG", [TOKEN, PASSWORD])
for name in ("httpx", "httpcore", "telegram", "asyncio"):
    logging.getLogger(name).setLevel("DEBUG")
logging.getLogger("httpx").info("HTTP Request: POST http://127.0.0.1:9/bot%s/sendMessage", TOKEN)
asyncio.run(fail())
warnings.warn(f"https://127.0.0.1/bot{TOKEN}/", stacklevel=1)
thread = threading.Thread(target=lambda: int(f"{TOKEN} {PASSWORD}"))
thread.start()
thread.join()
int(f"{TOKEN} {PASSWORD}")
