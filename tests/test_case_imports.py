"""Importing exports of cases: in a chat, from the watched folder, at the machine; undone whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlmodel import Session

from bot.case_desk import CaseDesk
from bot.case_export.export import Export, read_export
from bot.case_imports import offer, take_back, write_down
from bot.channels.fetching import NotFetched
from plan_data.case_diff import Diff, What, compare
from plan_data.cases import Standing
from plan_data.office import Office
from plan_data.workdays import EIGHT_HOURS
from records.audit import trail
from records.case_imports import get_import
from records.case_snapshots import known_cases
from records.cases import Case, alive, case_of_code, life_of
from records.database import transaction
from records.people import Roster
from tests.builders import moment
from tests.databases import SqliteStock, open_for_test
from tests.exports import MARKERS, Row, csv_of, table
from tests.phone import button, labels
from tests.small_office import POLICY
from tests.town import Sent, Town
from wording import case_files
from wording.refusals import Refusal

NOW = moment("05/06/2023 08:00")
ONE, TWO, THREE = (
    Row("H32.19-230601-0001"),
    Row("H32.19-230601-0002", "Đăng ký khai sinh", "Hộ tịch", officer="Cán bộ Một cửa"),
    Row("H32.19-230601-0003", status="Yêu cầu bổ sung", officer="Trần Văn Lạ"),
)


@dataclass
class Desk:
    """The desk of a town hall, with the files that its chats hold."""

    town: Town
    desk: CaseDesk
    files: dict[str, bytes]

    @classmethod
    def of(cls, town: Town, folder: Path | None = None) -> "Desk":
        """A new desk."""
        town.at("05/06/2023 08:00")
        files: dict[str, bytes] = {}

        async def fetch(file: Mapping[str, Any]) -> bytes:
            if file["id"] not in files:
                raise NotFetched("gone")
            return files[file["id"]]

        desk = CaseDesk(town.engine, town.office, town.clock, folder=folder, fetch={"console": fetch})
        return cls(town, desk, files)

    async def send(self, raw: bytes, role: str = "cchc", words: str = "", name: str = "ho-so.xlsx") -> list[Sent]:
        """Somebody sends the file; returns what is answered at once and after it has been read."""
        number = f"F{len(self.files)}"
        self.files[number] = raw
        before = len(self.town.channel.sent)
        file = {"kind": "document", "id": number, "name": name, "type": "", "size": str(len(raw))}
        await self.town.hears(role, words, attachments=[file])
        await self.look()
        return [sent for sent in self.town.channel.sent[before:] if sent.chat == role and sent.kind == "answer"]

    async def look(self) -> int:
        """One look of the desk, and delivery."""
        found = await self.desk.look()
        await self.town.courier.deliver()
        return found

    async def take(self, *rows: Row) -> Sent:
        """The clerk sends an export and says yes."""
        shown = (await self.send(csv_of(table(rows)), name="ho-so.csv"))[-1]
        return await self.town.says("cchc", button(shown, "Ghi"))


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def cases(town: Town) -> list[Case]:
    with transaction(town.engine) as session:
        return sorted(alive(session), key=lambda case: case.code)


def everything(session: Session) -> list[tuple[Any, ...]]:
    """All that an import may change; when a case is looked at next is not part of it."""
    columns = "code, kind, procedure, field, received_at, due_at, finished_at, status, standing, officer, online, "
    columns += "by_post, source, gone_at, import_id, assigned_to, new_due_at"
    found = session.connection().execute(text(f"SELECT {columns} FROM case_file ORDER BY code")).all()
    changes = "SELECT case_id, import_id, what, note FROM case_change ORDER BY id"
    return [tuple(row) for row in (*found, *session.connection().execute(text(changes)).all())]


async def test_export_is_shown_first_and_written_when_it_is_confirmed(town: Town) -> None:
    desk = Desk.of(town)
    waiting, shown = await desk.send(csv_of(table((ONE, TWO, THREE))), name="ho-so.csv")
    assert waiting.text == "⏳ Đã nhận tệp ho-so.csv. Bot đang đọc, xong sẽ gửi bản xem trước; chưa ghi gì."
    assert shown.text.splitlines() == [
        "📋 Tệp có 3 hồ sơ",
        "➕ 3 hồ sơ mới: 2 đang giải quyết",
        "Chưa ghi gì. Anh/chị xem rồi chọn Ghi hoặc Bỏ.",
    ]
    assert labels(shown) == [["✅ Ghi", "❌ Bỏ"]]
    assert cases(town) == []
    done = await town.says("cchc", button(shown, "Ghi"))
    assert done.text == (
        "✅ Đã ghi 3 thay đổi về hồ sơ. Bot sẽ nhắc riêng từng người xử lý trước khi báo nhóm. Xem: /hoso tatca"
    )
    assert [(case.code, case.person, case.standing) for case in cases(town)] == [
        (ONE.code, town.people["tu-phap"], Standing.OPEN),
        (TWO.code, town.people["mot-cua"], Standing.OPEN),
        (THREE.code, None, Standing.PAUSED),
    ]
    with transaction(town.engine) as session:
        assert trail(session, "case_import:2")[-1][1:3] == (town.people["cchc"], "case_import")
        kept = get_import(session, 2)
    assert kept is not None
    assert (kept.state, kept.file) == ("done", {})


async def test_what_changes_is_told_apart(town: Town) -> None:
    desk = Desk.of(town)
    await desk.take(ONE, TWO, THREE)
    town.at("06/06/2023 08:00")
    later = replace(ONE, due=moment("12/06/2023 17:00"))
    finished = replace(TWO, status="Đã trả kết quả", finished=moment("05/06/2023 10:00"))
    shown = (await desk.send(csv_of(table((later, finished, Row("H32.19-230601-0009"))))))[-1]
    assert shown.text.splitlines()[:-1] == [
        "📋 Tệp có 3 hồ sơ",
        "➕ 1 hồ sơ mới: 1 đang giải quyết",
        "📅 1 hồ sơ đổi ngày hẹn trả: H32.19-230601-0001 (8/6 → 12/6)",
        "✅ 1 hồ sơ đã xong",
        "❓ 1 hồ sơ chưa xong, không còn trong tệp: H32.19-230601-0003",
    ]
    await town.says("cchc", button(shown, "Ghi"))
    shown = (await desk.send(csv_of(table((later, TWO, THREE)))))[-1]
    assert shown.text.splitlines()[:-1] == [
        "📋 Tệp có 3 hồ sơ",
        "🔄 1 hồ sơ mở lại: H32.19-230601-0002",
        "↩️ 1 hồ sơ xuất hiện trở lại: H32.19-230601-0003",
        "❓ 1 hồ sơ chưa xong, không còn trong tệp: H32.19-230601-0009",
        "• 1 hồ sơ giữ nguyên",
    ]
    await town.says("cchc", button(shown, "Ghi"))
    with transaction(town.engine) as session:
        case = case_of_code(session, TWO.code)
        assert case is not None
        assert [event.what for event in life_of(session, case.id)] == ["new", "finished", "reopened"]


async def test_export_of_other_days_takes_nothing_for_lost(town: Town) -> None:
    desk = Desk.of(town)
    await desk.take(ONE)
    other = replace(TWO, received=moment("02/06/2023 08:00"))
    shown = (await desk.send(csv_of(table((other,)))))[-1]
    assert shown.text.splitlines()[:-1] == ["📋 Tệp có 1 hồ sơ", "➕ 1 hồ sơ mới: 1 đang giải quyết"]


async def test_same_file_and_same_cases_change_nothing(town: Town) -> None:
    desk = Desk.of(town)
    raw = csv_of(table((ONE, TWO)))
    shown = (await desk.send(raw))[-1]
    await town.says("cchc", button(shown, "Ghi"))
    again = (await desk.send(raw))[-1]
    assert again.text == "Không có gì thay đổi: tệp này đã được nhập lúc 08:00 hôm nay."
    other_bytes = (await desk.send(csv_of(table((ONE, TWO)), ",")))[-1]
    assert other_bytes.text == "Không có gì thay đổi: 2 hồ sơ trong tệp đều đúng như bot đang theo dõi."


async def test_import_is_undone_whole_and_the_file_may_come_again(town: Town) -> None:
    desk = Desk.of(town)
    await desk.take(ONE, TWO)
    with transaction(town.engine) as session:
        before = everything(session)
    done = await desk.take(replace(ONE, status="Chờ ký duyệt"), THREE)
    undone = await town.says("cchc", button(done, "Hoàn tác"))
    assert undone.text == "↩️ Đã hoàn tác lần nhập lúc 08:00 hôm nay: mọi hồ sơ trở lại như trước đó."
    with transaction(town.engine) as session:
        assert everything(session) == before
    refused = await town.says("cchc", button(done, "Hoàn tác"))
    assert refused.text.startswith("Không có lần nhập nào hoàn tác được")
    assert (await desk.take(replace(ONE, status="Chờ ký duyệt"), THREE)).text.startswith("✅ Đã ghi")


async def test_export_that_is_dropped_or_done_cannot_be_confirmed_again(town: Town) -> None:
    desk = Desk.of(town)
    shown = (await desk.send(csv_of(table((ONE,)))))[-1]
    assert (await town.says("cchc", button(shown, "Bỏ"))).text == "Đã bỏ tệp vừa gửi; chưa có gì thay đổi."
    closed = "Tệp này đã được xử lý trước đó, anh/chị không cần làm gì thêm. Xem: /hoso tatca"
    assert (await town.says("cchc", button(shown, "Ghi"))).text == closed
    assert cases(town) == []
    for words in ("#ok", "#ok 99", "#bo 99"):
        assert (await town.says("cchc", f"/hoso {words}")).text == closed


async def test_name_that_nobody_knows_is_asked_about_once_and_remembered(town: Town) -> None:
    desk = Desk.of(town)
    await desk.take(ONE, THREE)
    await town.courier.deliver()
    asked = [sent for sent in town.said_to("cchc") if "chưa rõ là ai" in sent.text]
    assert [sent.text.splitlines()[0] for sent in asked] == [
        "❓ Tệp hồ sơ ghi người xử lý “Trần Văn Lạ” (1 hồ sơ chưa xong); bot chưa rõ là ai. "
        "Anh/chị chọn một lần, bot sẽ nhớ."
    ]
    known = await town.says("cchc", "/hoso canbo 2 Công chức Tài chính")
    assert known.text == "✅ Đã ghi nhớ: “Trần Văn Lạ” là Công chức Tài chính."
    assert [case.person for case in cases(town)] == [town.people["tu-phap"], town.people["tai-chinh"]]
    await desk.take(ONE, replace(THREE, status="Đang xử lý"))
    await town.courier.deliver()
    assert len([sent for sent in town.said_to("cchc") if "chưa rõ là ai" in sent.text]) == 1
    nobody = await town.says("cchc", "/hoso #cb 2 0")
    assert nobody.text.endswith("không phải cán bộ của cơ quan; hồ sơ của người này được nhắc tới công chức CCHC.")
    assert (await town.says("cchc", "/hoso canbo")).text.splitlines()[1:] == [
        "1. Công chức Tư pháp → Công chức Tư pháp",
        "2. Trần Văn Lạ → không phải cán bộ của cơ quan",
    ]


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [(b"", case_files.EMPTY), (b"%PDF-1.7 \xff", case_files.NOT_UTF8)],
    ids=["empty", "pdf"],
)
async def test_file_that_cannot_be_read_is_told_and_changes_nothing(town: Town, raw: bytes, sentence: str) -> None:
    desk = Desk.of(town)
    await desk.take(ONE)
    with transaction(town.engine) as session:
        before = everything(session)
    told = (await desk.send(raw))[-1]
    assert told.text == f"⚠️ Tệp ho-so.xlsx: {sentence}"
    with transaction(town.engine) as session:
        assert everything(session) == before
    assert await desk.look() == 0


async def test_file_that_the_channel_does_not_hand_over_is_asked_for_again(town: Town) -> None:
    desk = Desk.of(town)
    file = {"kind": "document", "id": "lost", "name": "a.csv", "type": "", "size": "1"}
    await town.hears("cchc", "", attachments=[file])
    await desk.look()
    assert town.said_to("cchc")[-1].text.startswith("⚠️ Tệp a.csv: Bot chưa tải được tệp từ kênh chat.")


async def test_only_the_clerk_sends_files_and_only_in_private(town: Town) -> None:
    desk = Desk.of(town)
    refused = (await desk.send(csv_of(table((ONE,))), "tu-phap"))[-1]
    assert refused.text.startswith("Lệnh này chỉ dành cho công chức CCHC.")
    file = {"kind": "document", "id": "F0", "name": "a.csv", "type": "", "size": "1"}
    assert await town.hears("cchc", "", in_group=True, attachments=[file]) == []
    told = await town.says("cchc", "/hoso nhap", in_group=True, attachments=[file])
    assert told.text.startswith("Thông tin chi tiết hồ sơ không nêu trong nhóm.")
    big = {**file, "size": str(21 * 1024 * 1024)}
    assert (await town.says("cchc", "/hoso nhap", attachments=[big])).text.startswith("Tệp lớn hơn 20 MB")
    assert (await town.says("cchc", "/hoso nhap")).text.startswith("Anh/chị gửi tệp Excel hoặc CSV")
    assert await desk.look() == 0


async def test_file_in_the_watched_folder_is_read_when_it_grows_no_more(town: Town, tmp_path: Path) -> None:
    folder = tmp_path / "nhan"
    folder.mkdir()
    desk = Desk.of(town, folder)
    file = folder / "ho-so.csv"
    file.write_bytes(csv_of(table((ONE,))))
    (folder / "ghi-chu.txt").write_text("x")
    assert await desk.look() == 0
    file.write_bytes(csv_of(table((ONE, TWO))))
    assert await desk.look() == 0
    assert await desk.look() == 1
    shown = town.said_to("cchc")[-1]
    assert shown.text.splitlines()[:2] == ["📥 Tệp ho-so.csv trong thư mục nhận hồ sơ:", "📋 Tệp có 2 hồ sơ"]
    await town.says("cchc", button(shown, "Ghi"))
    assert len(cases(town)) == 2
    (folder / "hong.xls").write_bytes(b"x")
    assert [await desk.look(), await desk.look()] == [0, 1]
    assert town.said_to("cchc")[-1].text == f"⚠️ Tệp hong.xls: {case_files.NOT_A_TABLE}"
    assert files_in(folder) == [
        "da-doc/20230605-080000-ho-so.csv",
        "ghi-chu.txt",
        "khong-doc-duoc/20230605-080000-hong.xls",
    ]


async def test_file_that_a_crash_left_waiting_is_read_after_it(town: Town) -> None:
    desk = Desk.of(town)
    desk.files["F"] = csv_of(table((ONE,)))
    file = {"kind": "document", "id": "F", "name": "a.csv", "type": "", "size": "1"}
    await town.hears("cchc", "", attachments=[file])
    after = CaseDesk(town.engine, town.office, town.clock, fetch=desk.desk.fetch)
    assert await after.look() == 1
    await town.courier.deliver()
    assert town.said_to("cchc")[-1].text.startswith("📋 Tệp có 1 hồ sơ")


async def test_no_word_about_an_applicant_is_kept_anywhere(town: Town) -> None:
    desk = Desk.of(town)
    await desk.take(ONE, TWO, THREE)
    await town.says("cchc", "/hoso tatca")
    with transaction(town.engine) as session:
        tables = ("case_file", "case_change", "case_import", "outbox", "inbox", "audit", "alert")
        rows = [str(row) for name in tables for row in session.connection().execute(text(f"SELECT * FROM {name}"))]
    assert len(rows) > 10
    assert [row for row in rows if any(marker in row for marker in MARKERS)] == []


STATUSES = (
    "Mới đăng ký",
    "Đang xử lý",
    "Chờ ký duyệt",
    "Yêu cầu bổ sung",
    "Đã xử lý xong",
    "Đã trả kết quả",
    "Từ chối",
)
ROWS = st.builds(
    lambda number, day, length, status, officer: Row(
        f"H32-{number:04}",
        received=moment("01/06/2023 08:00") + timedelta(days=day),
        due=moment("01/06/2023 17:00") + timedelta(days=day + length),
        finished=moment("01/06/2023 09:00") + timedelta(days=day + 3),
        status=status,
        officer=officer,
    ),
    st.integers(1, 6),
    st.integers(0, 5),
    st.integers(0, 9),
    st.sampled_from(STATUSES),
    st.sampled_from(["Công chức Tư pháp", "Cán bộ Một cửa", ""]),
)
EXPORTS = st.lists(st.lists(ROWS, min_size=1, max_size=6), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def own_engine(sqlite: SqliteStock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with sqlite.copied("engine", tmp_path_factory.mktemp("cases")) as url:
        engine = open_for_test(url)
        yield engine
        engine.dispose()


def read(rows: Sequence[Row]) -> Export:
    return read_export(csv_of(table(rows)), POLICY, EIGHT_HOURS, keep_applicant=False)


def take(session: Session, office: Office, export: Export) -> Diff:
    """Import it, as a person who always says yes."""
    diff = compare(known_cases(session), export.cases)
    shown = offer(session, export, "test", None, NOW)
    if shown.buttons:
        number = int(shown.buttons[0][0].command.split()[-1])
        write_down(session, office, Roster(()), number, diff, None, "", NOW)
    return diff


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EXPORTS)
def test_importing_twice_is_importing_once_and_undoing_is_as_before(
    own_engine: Engine, office: Office, exports: list[list[Row]]
) -> None:
    with transaction(own_engine) as session:
        for number, rows in enumerate(exports):
            export = replace(read(rows), digest=f"bytes {number}")  # the same bytes would be recognised
            before = everything(session)
            first = take(session, office, export)
            after = everything(session)
            assert take(session, office, replace(export, digest=f"other bytes {number}")).changes_anything is False
            assert everything(session) == after
            assert {case.code: case for case in export.cases} == {
                code: known.listed
                for code, known in known_cases(session).items()
                if code in {case.code for case in export.cases}
            }
            if first.changes_anything:
                take_back(session, None, None, "", NOW)
                assert everything(session) == before
                take(session, office, export)
        session.rollback()


def test_undoing_is_refused_when_there_is_nothing_to_undo(own_engine: Engine) -> None:
    with transaction(own_engine) as session, pytest.raises(Refusal):
        take_back(session, None, None, "", NOW)


def test_nothing_is_new_in_the_same_cases() -> None:
    export = read([ONE, TWO])
    assert compare({}, export.cases).counts[What.NEW] == 2
