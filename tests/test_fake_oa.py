"""The fake platform of an Official Account keeps the documented promises and limits."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.fakes.oa_api import FakeOa
from tests.fakes.oa_dispatch import TOKEN
from tests.fakes.oa_faults import Fault

START = 1_686_614_400.0
DAY = 86_400
Answered = tuple[int, Any]


class Hands:
    """A clock that the test turns."""

    now = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
async def server(hands: Hands) -> AsyncIterator[FakeOa]:
    async with FakeOa(clock=hands) as server:
        server.auth.access["open"] = START + 1000 * DAY
        yield server


@pytest.fixture
async def raw(server: FakeOa) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"access_token": "open"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False) as client:
        yield client


def _read(answer: httpx.Response) -> Answered:
    assert answer.status_code == 200
    body = answer.json()
    return body["error"], body.get("data", body.get("message"))


async def _get(client: httpx.AsyncClient, path: str, **query: str | int) -> Answered:
    return _read(await client.get(path, params=query))


async def _post(client: httpx.AsyncClient, path: str, recipient: dict[str, str], **message: object) -> Answered:
    return _read(await client.post(path, json={"recipient": recipient, "message": message}))


async def _buy(server: FakeOa, client: httpx.AsyncClient, **changed: str) -> dict[str, Any]:
    form = {"app_id": server.auth.app_id, "refresh_token": server.auth.refresh, "grant_type": "refresh_token"}
    answer = await client.post(TOKEN, data={**form, **changed}, headers={"secret_key": server.auth.secret})
    assert answer.status_code == 200
    found = answer.json()
    assert isinstance(found, dict)
    return found


async def test_refresh_token_buys_one_pair(server: FakeOa, raw: httpx.AsyncClient) -> None:
    first = server.auth.refresh
    pair = await _buy(server, raw)
    assert (pair["refresh_token"], pair["expires_in"]) == (server.auth.refresh, "90000")
    again = await _buy(server, raw, refresh_token=first)
    assert (again["error"], again["error_name"], server.auth.reused) == (-14014, "Invalid refresh token", 1)
    assert (await _buy(server, raw, app_id="1"))["error"] == -14002
    as_json = await raw.post(TOKEN, json={"app_id": server.auth.app_id})
    assert as_json.json()["error"] == -201


async def test_tokens_end_with_their_time(server: FakeOa, raw: httpx.AsyncClient, hands: Hands) -> None:
    token = (await _buy(server, raw))["access_token"]
    raw.headers["access_token"] = token
    assert (await _get(raw, "v2.0/oa/getoa"))[0] == 0
    hands.now += 90_000
    assert (await _get(raw, "v2.0/oa/getoa"))[0] == -216
    server.switches.token_code = -220
    assert (await _get(raw, "v2.0/oa/getoa"))[0] == -220
    hands.now += 90 * DAY
    assert (await _buy(server, raw))["error"] == -14014


async def test_group_takes_texts_of_a_certain_length(server: FakeOa, raw: httpx.AsyncClient) -> None:
    group, path = server.add_group("Nhóm"), "v3.0/oa/group/message"
    to = {"group_id": group.id}
    codes = [(await _post(raw, path, to, text=text))[0] for text in ("a" * 2000, "a" * 2001, " ")]
    codes.append((await _post(raw, path, {"group_id": "0"}, text="a"))[0])
    group.enabled = False
    codes.append((await _post(raw, path, to, text="a"))[0])
    group.has_oa = False
    codes.append((await _post(raw, path, to, text="a"))[0])
    assert codes == [0, -210, -201, -201, -237, -403]
    assert [sent.text for sent in server.sent_to(group.id)] == ["a" * 2000]


@pytest.mark.parametrize(
    ("silent", "code", "billed"), [(2 * DAY, 0, [False]), (2 * DAY + 1, 0, [True]), (7 * DAY + 1, -230, [])]
)
async def test_private_messages_have_their_windows(
    server: FakeOa, raw: httpx.AsyncClient, silent: float, code: int, billed: list[bool]
) -> None:
    user = server.add_user(interacted=START - silent)
    assert (await _post(raw, "v3.0/oa/message/cs", {"user_id": user.id}, text="a"))[0] == code
    assert [sent.billed for sent in server.sent] == billed


async def test_people_who_do_not_follow_or_are_banned_are_not_reached(server: FakeOa, raw: httpx.AsyncClient) -> None:
    users = [server.add_user(follows=False), server.add_user(interacted=START)]
    users[1].banned = True
    codes = [(await _post(raw, "v3.0/oa/message/cs", {"user_id": user.id}, text="a"))[0] for user in users]
    assert codes == [-213, -227]


async def test_file_is_put_up_and_sent_by_its_token(server: FakeOa, raw: httpx.AsyncClient) -> None:
    group = server.add_group()
    put_up = _read(await raw.post("v2.0/oa/upload/file", files={"file": ("a.pdf", b"x")}))[1]
    attachment = {"type": "file", "payload": put_up}
    assert (await _post(raw, "v3.0/oa/group/message", {"group_id": group.id}, attachment=attachment))[0] == 0
    assert [(sent.kind, sent.text, sent.content) for sent in server.sent] == [("file", "a.pdf", b"x")]
    refused = [("a.xlsx", b"x"), ("b.pdf", b"x" * 5_000_001)]
    codes = [_read(await raw.post("v2.0/oa/upload/file", files={"file": each}))[0] for each in refused]
    codes.append(_read(await raw.post("v2.0/oa/upload/file", json={}))[0])
    bad = {"type": "file", "payload": {"token": "khác"}}
    codes.append((await _post(raw, "v3.0/oa/group/message", {"group_id": group.id}, attachment=bad))[0])
    assert codes == [-201, -210, -201, -201]


async def test_histories_come_latest_first_in_pages(server: FakeOa, raw: httpx.AsyncClient) -> None:
    lan, group = server.add_user("Lan"), server.add_group()
    for number in range(12):
        server.says(lan, f"nhóm {number}", group)
        server.says(lan, f"riêng {number}")
    where: dict[str, str | int] = {"group_id": group.id, "count": 10}
    pages = [(await _get(raw, "v3.0/oa/group/conversation", offset=offset, **where))[1] for offset in (0, 10)]
    assert [[line["message"] for line in page] for page in pages] == [
        [f"nhóm {number}" for number in range(11, 1, -1)],
        ["nhóm 1", "nhóm 0"],
    ]
    recent = await _get(raw, "v2.0/oa/listrecentchat", data=json.dumps({"offset": 0, "count": 10}))
    assert [(line["message"], line["src"], line["from_id"]) for line in recent[1]] == [("riêng 11", 1, lan.id)]
    own = await _get(raw, "v2.0/oa/conversation", data=json.dumps({"user_id": lan.id, "offset": 11, "count": 10}))
    assert [line["message"] for line in own[1]] == ["riêng 0"]
    assert (await _get(raw, "v3.0/oa/group/conversation", group_id=group.id, count=11))[0] == -201
    assert (await _get(raw, "v2.0/oa/listrecentchat", data="x"))[0] == -201


async def test_groups_are_listed_in_pages_and_one_by_one(server: FakeOa, raw: httpx.AsyncClient) -> None:
    groups = [server.add_group() for _ in range(7)]
    code, page = await _get(raw, "v3.0/oa/group/getgroupsofoa", offset=5)
    assert (code, page["total"], [each["group_id"] for each in page["groups"]]) == (
        0,
        7,
        [group.id for group in groups[5:]],
    )
    one = await _get(raw, "v3.0/oa/group/getgroup", group_id=groups[0].id)
    assert one[1]["group_info"]["name"] == "Nhóm 1"
    assert (await _get(raw, "v3.0/oa/group/getgroup", group_id="0"))[0] == -201


async def test_faults_come_as_ordered_and_the_record_keeps_codes(server: FakeOa, raw: httpx.AsyncClient) -> None:
    server.fail_next(-32, "v2.0/oa/getoa")
    server.faults.add("*", Fault.http_error(502))
    assert (await _get(raw, "v2.0/oa/getoa"))[0] == -32
    assert (await raw.get("v2.0/oa/getoa")).status_code == 502
    assert (await _get(raw, "v2.0/oa/getoa"))[0] == 0
    assert [call.status for call in server.calls("v2.0/oa/getoa")] == [-32, 502, 200]


async def test_unknown_paths_and_wrong_verbs_are_pages(raw: httpx.AsyncClient) -> None:
    statuses = [
        (await raw.get("v3.0/oa/message")).status_code,
        (await raw.get("v3.0/oa/group/message")).status_code,
        (await raw.post("v2.0/oa/getoa")).status_code,
    ]
    assert statuses == [404, 404, 404]
