"""Deliveries to a webhook."""

import asyncio

import httpx
import pytest

from tests.fake_zalo.calls import NOON, PUBLIC, Hook, ask, poll_once, texts
from tests.fakes.zalo_server import FakeZalo


async def test_an_event_goes_to_the_webhook_with_the_secret(
    server: FakeZalo, raw: httpx.AsyncClient, hook: Hook
) -> None:
    user = server.add_user()
    url = f"{PUBLIC}/zalo?a=1"
    assert await ask(raw, "setWebhook", url=url, secret_token="0123-456") == (
        200,
        {"url": url, "updated_at": int(NOON * 1000)},
    )
    first = server.says(user, "một")
    await server.until(lambda: len(server.deliveries) == 1)
    server.switches.webhook = "bare"
    second = server.says(user, "hai")
    await server.until(lambda: len(server.deliveries) == 2)
    assert hook.bodies == [{"ok": True, "result": first.update}, second.update]
    (request, _) = hook.requests
    assert (request.method, request.path, request.query) == ("POST", "/zalo", "a=1")
    assert request.headers["x-bot-api-secret-token"] == "0123-456"
    assert request.headers["content-type"] == "application/json"
    assert [delivery.status for delivery in server.deliveries] == [200, 200]


async def test_a_webhook_and_polling_exclude_each_other(server: FakeZalo, raw: httpx.AsyncClient, hook: Hook) -> None:
    refusal = (400, "Bad Request: getUpdates cannot be used while a webhook is set; call deleteWebhook first")
    poll = asyncio.create_task(poll_once(raw, 20))
    await server.until(lambda: server.updates.is_polled)
    await ask(raw, "setWebhook", url=PUBLIC, secret_token="0123-456")
    assert await poll == refusal
    assert await poll_once(raw, 20) == refusal
    assert await ask(raw, "getWebhookInfo") == (200, {"url": PUBLIC, "updated_at": int(NOON * 1000)})
    gone = (200, {"url": "", "updated_at": int(NOON * 1000)})
    assert [await ask(raw, "deleteWebhook") for _ in range(2)] == [gone, gone]
    assert await ask(raw, "getWebhookInfo") == (404, "Not Found")
    server.switches.webhook_info = "empty"
    assert await ask(raw, "getWebhookInfo") == gone
    server.says(server.add_user(), "chào")
    assert await texts(raw, 1) == ["chào"]


@pytest.mark.parametrize(
    "url",
    ["http://bot.phuong.vn/zalo", "https://localhost/zalo", "https://127.0.0.1/zalo", "https://192.168.1.9/", ""],
)
async def test_a_webhook_must_be_public_https(server: FakeZalo, raw: httpx.AsyncClient, url: str) -> None:
    assert await ask(raw, "setWebhook", url=url, secret_token="0123-456") == (
        400,
        "Bad Request: url must be a public https URL",
    )
    assert server.webhook.url == ""


@pytest.mark.parametrize("secret", ["", "1234567", "x" * 257])
async def test_a_webhook_needs_a_secret_of_8_to_256_characters(raw: httpx.AsyncClient, secret: str) -> None:
    answer = await ask(raw, "setWebhook", url=PUBLIC, secret_token=secret)
    assert answer == (400, "Bad Request: secret_token must be from 8 to 256 characters")


async def test_a_failed_delivery_is_tried_again_and_keeps_the_order(
    server: FakeZalo, raw: httpx.AsyncClient, hook: Hook
) -> None:
    server.switches.webhook_pause = 0.001
    await ask(raw, "setWebhook", url=PUBLIC, secret_token="0123-456")
    hook.statuses = iter((500, 204, 0, 500, 500))
    user = server.add_user()
    for text in ("một", "hai", "ba"):
        server.says(user, text)
    await server.until(lambda: len(server.deliveries) == 6)
    assert [body["result"]["message"]["text"] for body in hook.bodies] == ["một"] * 2 + ["hai"] * 3 + ["ba"]
    assert [delivery.status for delivery in server.deliveries] == [500, 204, 0, 500, 500, 200]


async def test_nothing_is_delivered_to_a_webhook_that_is_gone(
    server: FakeZalo, raw: httpx.AsyncClient, hook: Hook
) -> None:
    await ask(raw, "setWebhook", url=PUBLIC, secret_token="0123-456")
    server.says(server.add_user(), "chào")
    assert server.webhook.pending == 1
    server.webhook.url = ""
    await server.until(lambda: server.webhook.pending == 0)
    assert (server.deliveries, hook.requests) == ([], [])


async def test_nothing_leaves_the_machine(server: FakeZalo, raw: httpx.AsyncClient) -> None:
    server.switches.webhook_tries = 1
    with pytest.raises(ValueError, match="not on loopback"):
        server.tunnel(PUBLIC, "https://example.vn")
    await ask(raw, "setWebhook", url=PUBLIC, secret_token="0123-456")
    server.says(server.add_user(), "chào")
    await server.until(lambda: len(server.deliveries) == 1)
    assert [(delivery.status, delivery.why) for delivery in server.deliveries] == [(0, "there is no tunnel")]
