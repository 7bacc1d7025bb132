"""Waiting, the whole application, and the fake as a process of its own."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram import Bot, Update
from telegram.error import NetworkError
from telegram.ext import Application, ApplicationBuilder, CommandHandler, ContextTypes

from tests.fake_telegram.calls import DONE, refusal_of
from tests.fakes.telegram_server import FakeTelegram


async def test_waiting_for_something_ends_with_it_or_tells_what_there_was(server: FakeTelegram, bot: Bot) -> None:
    user = server.add_user(started=True)
    sending = asyncio.create_task(bot.send_message(user.id, "chào"))
    await server.until(lambda: len(server.sent_to(user.id)) == 1)
    await sending
    with pytest.raises(TimeoutError, match=r"1 sent; last requests: .*sendMessage"):
        await server.until(lambda: len(server.sent) == 2, within=0.05)


async def test_a_fault_of_the_fake_itself_reaches_the_test() -> None:
    def broken(request: object) -> None:
        raise RuntimeError("broken")

    server = FakeTelegram()
    server.dispatch.extra["/broken"] = broken  # type: ignore[assignment]
    with pytest.raises(RuntimeError, match="broken"):
        async with server, httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"{server.url}/broken")).status_code == 500


async def test_a_whole_application_polls_and_answers(server: FakeTelegram) -> None:
    async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.effective_message:
            await update.effective_message.reply_text(" ".join(context.args or []))

    builder: ApplicationBuilder[Any, Any, Any, Any, Any, Any] = Application.builder()
    builder.token(server.token).base_url(f"{server.url}/bot").base_file_url(f"{server.url}/file/bot")
    application = builder.job_queue(None).build()
    application.add_handler(CommandHandler("nhac", echo))
    user = server.add_user()
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(timeout=5)
        server.says(user, "/nhac uống nước")
        await server.until(lambda: len(server.sent) == 1)
        await application.updater.stop()
        await application.stop()
    assert [(sent.chat_id, sent.text) for sent in server.sent] == [(user.id, "uống nước")]
    assert len(server.updates.pending) == 0


async def test_it_runs_as_a_process_of_its_own(process_url: str, tmp_path: Path) -> None:
    async with (
        httpx.AsyncClient(base_url=f"{process_url}/control/", trust_env=False) as control,
        Bot("42:abc", base_url=f"{process_url}/bot") as bot,
    ):
        lan = (await control.post("add_user", json={"name": "Lan", "started": True})).json()["id"]
        group = (await control.post("add_group", json={"title": "Phường", "members": [lan]})).json()["id"]
        said = await control.post("says", json={"user": lan, "text": "ảnh", "photo": "aGVsbG8="})
        assert said.json() == {"update_ids": [700_000_001], "message_id": 1}
        await control.post("fault", json={"method": "sendMessage", "kind": "drop", "applied": True})
        with pytest.raises(NetworkError):
            await bot.send_message(lan, "Việc", reply_markup=DONE)
        await bot.send_message(group, "Việc")
        await control.post("presses", json={"user": lan, "button": "Đã xong"})
        sent = (await control.get("sent")).json()
        assert [(one["chat_id"], one["buttons"]) for one in sent] == [(lan, ["Đã xong"]), (group, [])]
        assert len(await bot.get_updates()) == 2
        calls = (await control.get("calls")).json()
    lines = (tmp_path / "requests.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == calls
    assert [call["method"] for call in calls] == ["getMe", "sendMessage", "sendMessage", "getUpdates"]


async def test_the_process_can_be_waited_for_and_set(process_url: str) -> None:
    async with (
        httpx.AsyncClient(base_url=f"{process_url}/control/", trust_env=False) as control,
        Bot("42:abc", base_url=f"{process_url}/bot") as bot,
    ):
        group = (await control.post("add_group", json={"title": "Phường"})).json()["id"]
        await control.post("bot", json={"can_read_all_group_messages": True})
        assert (await bot.get_me()).can_read_all_group_messages is True
        await control.post("limits", json={"on": True, "to_group": 1})
        waiting = asyncio.create_task(control.post("wait", json={"sent": 1}))
        await bot.send_message(group, "Việc")
        assert (await waiting).json()["sent"] == 1
        assert await refusal_of(bot.send_message(group, "Việc")) == (
            "RetryAfter: Flood control exceeded. Retry in 0:01:00"
        )
        assert (await control.get("state")).json()["refusals"] == 1
        refusals = [
            await control.post("wait", json={"sent": 2, "within": 0.05}),
            await control.post("says", json={"user": 77, "text": "?"}),
            await control.post("limits", json={"off": True}),
            await control.post("dance"),
        ]
        assert [answer.status_code for answer in refusals] == [408, 400, 400, 400]
        assert [answer.text for answer in refusals[1:]] == [
            "KeyError: 77", "ValueError: there is no off", "KeyError: 'dance'"
        ]  # fmt: skip
