"""Waiting, and the fake as a process of its own."""

import asyncio
import json
import sys
from pathlib import Path

import httpx
import pytest

from tests.fake_zalo.calls import PUBLIC, ask, poll_once
from tests.fakes.zalo_server import FakeZalo


async def test_waiting_for_something_ends_with_it_or_tells_what_there_was(
    server: FakeZalo, raw: httpx.AsyncClient
) -> None:
    user = server.add_user(wrote=True)
    sending = asyncio.create_task(ask(raw, "sendMessage", chat_id=user.id, text="chào"))
    await server.until(lambda: len(server.sent_to(user.id)) == 1)
    await sending
    with pytest.raises(TimeoutError, match=r"1 sent; last requests: .*sendMessage"):
        await server.until(lambda: len(server.sent) == 2, within=0.05)


async def test_it_runs_as_a_process_of_its_own(process_url: str, tmp_path: Path) -> None:
    async with (
        httpx.AsyncClient(base_url=f"{process_url}/control/", trust_env=False) as control,
        httpx.AsyncClient(base_url=f"{process_url}/bot42:abc/", trust_env=False) as bot,
    ):
        lan = (await control.post("add_user", json={"name": "Lan"})).json()["id"]
        group = (await control.post("add_group", json={"name": "Phường", "members": [lan]})).json()["id"]
        said = (await control.post("says", json={"user": lan, "text": "/tuan", "group": group})).json()
        assert await poll_once(bot) == (200, said["update"])
        assert await poll_once(bot) == (200, said["update"])
        assert said["update"]["message"]["text"] == "/tuan"
        await control.post("fault", json={"method": "sendMessage", "kind": "drop", "applied": True})
        with pytest.raises(httpx.RemoteProtocolError):
            await ask(bot, "sendMessage", chat_id=group, text="Việc")
        waiting = asyncio.create_task(control.post("wait", json={"sent": 2}))
        await control.post("fail_next", json={"code": 429, "method": "sendMessage"})
        assert (await ask(bot, "sendMessage", chat_id=group, text="Việc"))[0] == 429
        assert (await ask(bot, "sendMessage", chat_id=group, text="Việc 2"))[0] == 200
        assert (await waiting).json()["used_this_month"] == 2
        sent = (await control.get("sent")).json()
        calls = (await control.get("calls")).json()
    assert [(one["chat_id"], one["text"]) for one in sent] == [(group, "Việc"), (group, "Việc 2")]
    lines = (tmp_path / "requests.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == calls
    assert [(call["method"], call["status"]) for call in calls] == [
        ("getUpdates", 200), ("getUpdates", 200), ("sendMessage", 0), ("sendMessage", 429), ("sendMessage", 200)
    ]  # fmt: skip


async def test_the_process_can_be_set_and_refuses_what_it_does_not_know(process_url: str) -> None:
    async with httpx.AsyncClient(base_url=f"{process_url}/control/", trust_env=False) as control:
        await control.post("set", json={"monthly_quota": 5})
        await control.post("bot", json={"can_join_groups": False})
        state = (await control.get("state")).json()
        switches = state["switches"]
        assert [switches[name] for name in ("delivery", "idle_http", "mention_prefix", "monthly_quota")] == [
            "replay", 408, False, 5
        ]  # fmt: skip
        refusals = [
            await control.post("wait", json={"sent": 1, "within": 0.05}),
            await control.post("says", json={"user": "77", "text": "?"}),
            await control.post("set", json={"delivery": "twice"}),
            await control.post("tunnel", json={"public": PUBLIC, "local": "https://example.vn"}),
            await control.post("dance"),
        ]
        assert [answer.status_code for answer in refusals] == [408, 400, 400, 400, 400]
        assert [answer.text for answer in refusals[3:]] == [
            "ValueError: https://example.vn is not on loopback", "KeyError: 'dance'"
        ]  # fmt: skip


async def test_a_process_with_a_switch_it_does_not_know_does_not_start() -> None:
    root = Path(__file__).parents[2]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fakes.zalo_server", "--set", "dance=true"),
        stderr=asyncio.subprocess.PIPE,
        cwd=root,
    )
    _, told = await process.communicate()
    assert (process.returncode, told.decode().splitlines()[-1]) == (
        2,
        "zalo_server.py: error: there is no switch dance",
    )
