"""The keeper of the account's tokens: fresh ahead of time, one purchase at a time, saved before its first use."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.channels.zalo_oa_api import OaApi, OaError, TokensUnusable
from bot.channels.zalo_oa_tokens import TokenKeeper, begin_with
from bot.clock import SteppingClock
from records import tokens
from records.database import reading, transaction
from records.tokens import Pair
from tests.builders import moment
from tests.fakes.oa_api import FakeOa
from tests.fakes.oa_dispatch import TOKEN
from tests.fakes.oa_faults import Fault
from tests.oa_town import keeper_of
from tests.post_office import WHERE, post
from wording.zalo_oa import APP_IS_REFUSED, NO_TOKEN_YET, TOKENS_ARE_DEAD

NOW = moment("13/06/2023 08:00")


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock(NOW)


@pytest.fixture
async def server(clock: SteppingClock) -> AsyncIterator[FakeOa]:
    async with FakeOa(clock=lambda: clock().timestamp()) as server:
        yield server


@asynccontextmanager
async def keeping(server: FakeOa, engine: Engine, clock: SteppingClock, seed: str = "") -> AsyncIterator[TokenKeeper]:
    keeper = keeper_of(server, engine, WHERE, clock, seed)
    try:
        yield keeper
    finally:
        await keeper.close()


@pytest.fixture
async def keeper(server: FakeOa, engine: Engine, clock: SteppingClock) -> AsyncIterator[TokenKeeper]:
    async with keeping(server, engine, clock) as keeper:
        yield keeper


@pytest.fixture
async def api(server: FakeOa, keeper: TokenKeeper) -> AsyncIterator[OaApi]:
    api = OaApi(server.url, keeper, 5.0)
    yield api
    await api.close()


def saved(engine: Engine, server: FakeOa) -> Pair:
    with reading(engine) as session:
        pair = tokens.held(session, server.auth.app_id)
    assert pair is not None
    return pair


async def test_first_call_buys_a_pair_and_later_ones_use_it(server: FakeOa, engine: Engine, api: OaApi) -> None:
    assert await api.get("v2.0/oa/getoa") == {"oa_id": server.world.id, "name": "UBND Phường"}
    await api.get("v2.0/oa/getoa")
    pair = saved(engine, server)
    assert (server.auth.purchases, pair.refresh) == (1, server.auth.refresh)
    assert (pair.access_until, pair.refresh_until) == (NOW + timedelta(hours=25), NOW + timedelta(days=90))


@pytest.mark.parametrize("expires_in", ["text", "number"])
async def test_lifetimes_may_be_texts_or_numbers(
    server: FakeOa, engine: Engine, keeper: TokenKeeper, expires_in: str
) -> None:
    server.switches.expires_in = "text" if expires_in == "text" else "number"
    server.switches.tells_refresh_expiry = True
    server.switches.access_seconds, server.switches.refresh_seconds = 3600, 86_400
    await keeper.access()
    pair = saved(engine, server)
    assert (pair.access_until, pair.refresh_until) == (NOW + timedelta(hours=1), NOW + timedelta(days=1))


async def test_pair_is_bought_two_hours_ahead_and_not_before(
    server: FakeOa, keeper: TokenKeeper, clock: SteppingClock
) -> None:
    bought = []
    for hours in (0, 22.9, 0.2, 1):
        clock.step(timedelta(hours=hours))
        await keeper.keep_fresh()
        bought.append(server.auth.purchases)
    assert bought == [1, 1, 2, 2]


async def test_many_who_need_a_token_make_one_purchase(server: FakeOa, api: OaApi) -> None:
    server.latency = 0.05
    await asyncio.gather(*(api.get("v2.0/oa/getoa") for _ in range(10)))
    assert (server.auth.purchases, server.auth.reused) == (1, 0)


@pytest.mark.parametrize("code", [-216, -220])
async def test_refused_token_is_renewed_once_and_the_call_repeated(server: FakeOa, api: OaApi, code: int) -> None:
    server.switches.token_code = -216 if code == -216 else -220
    await api.get("v2.0/oa/getoa")
    server.auth.revoke_access()
    await asyncio.gather(*(api.get("v2.0/oa/getoa") for _ in range(5)))
    assert server.auth.purchases == 2
    server.fail_next(code, "v2.0/oa/getoa", times=2)
    with pytest.raises(OaError):
        await api.get("v2.0/oa/getoa")
    assert server.auth.purchases == 3


async def test_two_keepers_on_one_database_make_one_purchase(
    server: FakeOa, engine: Engine, clock: SteppingClock
) -> None:
    server.latency = 0.1
    async with keeping(server, engine, clock) as one, keeping(server, engine, clock) as other:
        assert len(set(await asyncio.gather(one.access(), other.access()))) == 1
        clock.step(timedelta(hours=24))
        await asyncio.gather(one.keep_fresh(), other.keep_fresh())
        assert len({await one.access(), await other.access()}) == 1
    assert (server.auth.purchases, server.auth.reused) == (2, 0)


async def test_keeper_that_was_overtaken_takes_the_pair_of_the_other(
    server: FakeOa, engine: Engine, clock: SteppingClock, keeper: TokenKeeper
) -> None:
    await keeper.access()
    async with keeping(server, engine, clock) as other:
        clock.step(timedelta(hours=30))
        bought = await other.access()
    assert (await keeper.access(), server.auth.purchases) == (bought, 2)


async def test_purchase_goes_on_when_the_one_who_asked_goes_away(
    server: FakeOa, engine: Engine, clock: SteppingClock
) -> None:
    server.latency = 0.1
    async with keeping(server, engine, clock) as keeper:
        asking = asyncio.create_task(keeper.access())
        await server.until(lambda: server.auth.purchases == 1)
        asking.cancel()
        await asyncio.wait([asking])
    assert (asking.cancelled(), saved(engine, server).refresh) == (True, server.auth.refresh)


async def test_pair_is_on_record_before_it_is_used(server: FakeOa, engine: Engine, api: OaApi) -> None:
    at_first_use: list[Pair] = []

    def look(_: object) -> bool:
        at_first_use.append(saved(engine, server))
        return False

    server.faults.add("v2.0/oa/getoa", Fault.slow(0), when=look)
    await api.get("v2.0/oa/getoa")
    assert [pair.refresh for pair in at_first_use] == [server.auth.refresh]


@pytest.mark.parametrize("fault", [Fault.http_error(502), Fault.drop_before(), Fault.garbage(applied=False)])
async def test_purchase_that_failed_on_the_way_is_tried_again(
    server: FakeOa, keeper: TokenKeeper, fault: Fault
) -> None:
    server.faults.add(TOKEN, fault)
    with pytest.raises(OaError):
        await keeper.access()
    await keeper.access()
    assert (server.auth.purchases, keeper.unusable.is_set()) == (1, False)


async def test_purchase_whose_answer_was_lost_ends_the_channel_with_a_sentence(
    server: FakeOa, keeper: TokenKeeper
) -> None:
    server.faults.add(TOKEN, Fault.drop_after())
    with pytest.raises(OaError):
        await keeper.access()
    with pytest.raises(TokensUnusable) as caught:
        await keeper.access()
    assert (str(caught.value), keeper.unusable.is_set(), server.auth.reused) == (TOKENS_ARE_DEAD, True, 1)


async def test_dead_token_is_asked_about_once_and_a_new_setting_brings_life(
    server: FakeOa, engine: Engine, clock: SteppingClock, keeper: TokenKeeper
) -> None:
    server.auth.revoke_refresh()
    for _ in range(3):
        with pytest.raises(TokensUnusable):
            await keeper.access()
    assert (len(server.calls(TOKEN)), keeper.reason) == (1, TOKENS_ARE_DEAD)
    server.auth.refresh = "fake-refresh-new"
    async with keeping(server, engine, clock, "fake-refresh-new") as anew:
        await anew.access()
    async with keeping(server, engine, clock, "fake-refresh-new") as after_a_restart:
        await after_a_restart.access()
    assert server.auth.purchases == 1


async def test_wrong_app_and_missing_token_are_told_apart(
    server: FakeOa, engine: Engine, clock: SteppingClock
) -> None:
    server.auth.secret = "another"
    async with keeping(server, engine, clock) as keeper:
        server.auth.secret = "changed"
        with pytest.raises(TokensUnusable, match=APP_IS_REFUSED[:30]):
            await keeper.access()
    with transaction(engine) as session:
        session.connection().exec_driver_sql("DELETE FROM token_pair")
    async with keeping(server, engine, clock) as keeper:
        with transaction(engine) as session:
            session.connection().exec_driver_sql("DELETE FROM token_pair")
        with pytest.raises(TokensUnusable) as caught:
            await keeper.access()
    assert str(caught.value) == NO_TOKEN_YET


async def test_clerk_hears_when_nothing_could_be_bought_for_long(
    server: FakeOa, engine: Engine, clock: SteppingClock, keeper: TokenKeeper
) -> None:
    here = post(engine)
    await keeper.keep_fresh()
    server.faults.add(TOKEN, Fault.http_error(502), times=None)
    for day in ("20/08", "28/08", "29/08", "08/09", "09/09"):
        clock.now = moment(f"{day}/2023 08:30")
        with pytest.raises(OaError):
            await keeper.keep_fresh()
    told = [text for _, text in await here.at("09/09/2023 08:31")]
    assert [line.splitlines()[-2] for line in told] == [
        "Refresh Token của Zalo OA hết hạn 11/9/2023 (còn 14 ngày). Sau đó bot không gửi được tin qua OA.",
        "Refresh Token của Zalo OA hết hạn 11/9/2023 (còn 3 ngày). Sau đó bot không gửi được tin qua OA.",
    ]


async def test_no_token_is_ever_logged(
    server: FakeOa, engine: Engine, api: OaApi, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("httpx", "httpcore"):  # as the bot sets them
        caplog.set_level(logging.WARNING, name)
    caplog.set_level(logging.DEBUG)
    await api.get("v2.0/oa/getoa")
    server.fail_next(-216, "v2.0/oa/getoa")
    await api.get("v2.0/oa/getoa")
    pair = saved(engine, server)
    secrets = (pair.access, pair.refresh, "fake-refresh-0", server.auth.secret)
    assert [secret for secret in secrets if secret in caplog.text] == []
    assert "renewed" in caplog.text


async def test_settings_are_adopted_at_each_start(engine: Engine, server: FakeOa, clock: SteppingClock) -> None:
    begin_with(engine, "app", "a", clock)
    clock.step(timedelta(days=1))
    begin_with(engine, "app", "a", clock)
    with reading(engine) as session:
        pair = tokens.held(session, "app")
    assert pair == Pair("", NOW, "a", NOW + timedelta(days=90))
