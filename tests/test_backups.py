"""Backups: made while the bot writes, proven by restoring them, rotated, and put back."""

import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select

from bot.restoring import CannotRestore, back_up_now, restore_from
from bot.settings import Settings
from bot.single import only_one
from jobs.backups import back_up_nightly, is_due, make_backup
from plan_data.office import Office
from records.audit import audit, mark, set_mark, trail
from records.backup_result import Backup, last_backup
from records.backups import BackupBroken, Contents, check_integrity, compare, contents, copies, scratch
from records.database import migrate, open_database, reading, transaction
from records.mail_tables import OutboxRow
from records.outbox import PUSH, NewMessage, queue
from records.people import add_person
from records.postgres_tools import ToolFailed, dump
from tests.builders import day, moment
from tests.postgres import TOOLS
from tests.town import Town
from wording import backups as words

NOW = moment("15/06/2023 02:00")


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tools that belong to the server of the tests, before older ones that the machine may have."""
    monkeypatch.setenv("PATH", f"{TOOLS}:{os.environ['PATH']}")


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """A database with a person in it."""
    with transaction(engine) as session:
        add_person(session, "Công chức Tư pháp", frozenset({"tu-phap"}), day("03/01/2023"))
        audit(session, NOW, "person_added", "person:1")
    return engine


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings.model_construct(database_url=database_url, backup_dir=tmp_path / "backups", data_dir=tmp_path)


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_backup_is_proven_by_restoring_it_and_is_for_our_eyes_only(filled: Engine, tmp_path: Path) -> None:
    made = make_backup(filled, tmp_path / "backups", 3, NOW)
    file = Path(made.file)
    ending = "db" if filled.dialect.name == "sqlite" else "dump"
    assert (made.proven, made.trouble, made.good) == (True, "", NOW)
    assert copies(tmp_path / "backups") == [file] == [tmp_path / "backups" / f"nhacviec-20230615-020000.{ending}"]
    assert (mode(file), mode(file.parent)) == (0o600, 0o700)
    with scratch(filled, file) as restored:
        assert contents(restored).rows == {**contents(filled).rows, "mark": contents(filled).rows["mark"] - 1}
    with reading(filled) as session:
        assert last_backup(session) == made


def test_scratch_database_is_gone_afterwards(filled: Engine, tmp_path: Path) -> None:
    make_backup(filled, tmp_path / "backups", 3, NOW)
    make_backup(filled, tmp_path / "backups", 3, NOW + timedelta(seconds=1))
    if filled.dialect.name == "postgresql":
        with filled.connect() as connection:
            found = connection.execute(text("SELECT datname FROM pg_database WHERE datname LIKE '%_kiem_tra'"))
            assert found.all() == []


def test_backup_is_one_moment_whatever_is_written_meanwhile(filled: Engine, tmp_path: Path) -> None:
    stop = Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with transaction(filled) as session:
                set_mark(session, "left", str(number))
                set_mark(session, "right", str(number))

    writer = Thread(target=write)
    writer.start()
    try:
        made = [make_backup(filled, tmp_path, 9, NOW + timedelta(days=days)) for days in range(3)]
    finally:
        stop.set()
        writer.join()
    for each in made:
        with scratch(filled, Path(each.file)) as restored, reading(restored) as session:
            assert (each.proven, mark(session, "left")) == (True, mark(session, "right"))


def test_only_the_newest_copies_are_kept_and_other_files_are_left_alone(filled: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "ghi-chú.txt").write_text("giữ lại", encoding="utf-8")
    made = [make_backup(filled, folder, 2, NOW + timedelta(days=days)).file for days in range(4)]
    assert [str(file) for file in copies(folder)] == made[2:]
    assert (folder / "ghi-chú.txt").read_text(encoding="utf-8") == "giữ lại"


@pytest.mark.parametrize(
    ("tried", "good", "trouble", "now", "due"),
    [
        ("14/06/2023 02:00", "14/06/2023 02:00", "", "15/06/2023 01:59", False),
        ("14/06/2023 02:00", "14/06/2023 02:00", "", "15/06/2023 02:00", True),
        ("14/06/2023 02:00", "14/06/2023 02:00", "", "17/06/2023 23:00", True),
        ("15/06/2023 09:00", "15/06/2023 09:00", "", "15/06/2023 23:59", False),
        ("15/06/2023 09:00", "14/06/2023 02:00", "đĩa đầy", "15/06/2023 09:59", False),
        ("15/06/2023 09:00", "14/06/2023 02:00", "đĩa đầy", "15/06/2023 10:00", True),
        ("15/06/2023 09:00", "15/06/2023 09:00", "chưa thử được", "15/06/2023 10:00", False),
        ("15/06/2099 09:00", "15/06/2099 09:00", "", "15/06/2023 10:00", True),
    ],
)
def test_backup_is_due_once_a_night_and_an_hour_after_a_failure(
    tried: str, good: str, trouble: str, now: str, due: bool
) -> None:
    last = Backup(since=moment("01/06/2023 07:00"), tried=moment(tried), good=moment(good), trouble=trouble)
    assert is_due(last, moment(now)) is due


def test_first_backup_is_made_in_the_first_night(filled: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    evening, night = moment("14/06/2023 20:00"), moment("15/06/2023 02:00")
    assert [back_up_nightly(filled, folder, 3, lambda: evening) for _ in range(2)] == [None, None]
    made = back_up_nightly(filled, folder, 3, lambda: night)
    assert made is not None
    assert (made.proven, made.since, len(copies(folder))) == (True, evening, 1)


def test_folder_that_cannot_be_written_is_told_and_the_last_good_copy_stays_known(
    filled: Engine, tmp_path: Path
) -> None:
    good = make_backup(filled, tmp_path / "backups", 3, NOW)
    (tmp_path / "tệp").write_text("", encoding="utf-8")
    later = NOW + timedelta(days=1)
    failed = make_backup(filled, tmp_path / "tệp" / "backups", 3, later)
    assert (failed.good, failed.file, failed.tried) == (good.good, good.file, later)
    assert failed.trouble == f"không ghi được bản sao vào {tmp_path / 'tệp' / 'backups'} (NotADirectoryError)"


def test_missing_tool_of_postgresql_is_told(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    engine = open_database(postgres_url)
    with pytest.raises(ToolFailed, match="Không tìm thấy chương trình pg_dump"):
        dump(engine.url, tmp_path / "x")
    engine.dispose()


def test_copy_that_lacks_rows_or_tables_is_no_copy() -> None:
    rows = {"audit": 5, "completion": 2, "person": 1, "mark": 9}
    before, after = Contents("0003", rows), Contents("0003", {**rows, "audit": 7})
    compare(before, Contents("0003", {**rows, "audit": 6, "mark": 1}), after)
    with pytest.raises(BackupBroken, match="Bản sao có 4 dòng ở bảng audit, phải có 5"):
        compare(before, Contents("0003", {**rows, "audit": 4}), after)
    with pytest.raises(BackupBroken, match="Bản sao thiếu bảng"):
        compare(before, Contents("0003", {"audit": 5, "completion": 2, "person": 1}), after)


def test_damaged_copy_is_noticed(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    migrate(engine)
    file = Path(make_backup(engine, tmp_path / "backups", 3, NOW).file)
    content = bytearray(file.read_bytes())
    content[8192:9000] = b"\xff" * 808
    file.write_bytes(content)
    with pytest.raises(BackupBroken), scratch(engine, file) as restored:
        check_integrity(restored)
    engine.dispose()


# Restoring -------------------------------------------------------------------------------------------------------


@pytest.fixture
def restorable(town: Town, settings: Settings) -> Iterator[Path]:
    """A backup of a town hall in which something was recorded afterwards and something waits to be said."""
    message = NewMessage("digest", "push", "console", "tu-phap", "person:3", PUSH, {})
    with transaction(town.engine) as session:
        queue(session, message, town.clock())
        set_mark(session, "state", "before")
    made = back_up_now(settings, NOW)
    assert made.proven
    with transaction(town.engine) as session:
        set_mark(session, "state", "after")
    yield Path(made.file)
    town.engine.dispose()


def test_restoring_puts_the_copy_in_place_keeps_what_was_there_and_tells_the_clerk(
    town: Town, settings: Settings, office: Office, restorable: Path
) -> None:
    later = NOW + timedelta(hours=7)
    told = restore_from(settings, office, restorable, later, yes=True)
    assert told.startswith(f"Đã khôi phục từ {restorable}: ")
    with reading(town.engine) as session:
        found = {row.key: row.state for row in session.exec(select(OutboxRow))}
        assert (mark(session, "state"), trail(session)[-1][2:4]) == ("before", ("restored", restorable.name))
    past = "before_tracking|2023-phuoc-hai|person:1"
    assert found == {"digest": "sending", past: "sending", f"restored|{later.isoformat()}|person:1": "pending"}
    kept = settings.backups / restorable.with_stem("nhacviec-20230615-090000").name
    assert f"Dữ liệu trước đó được giữ ở {kept}." in told
    with scratch(town.engine, kept) as before, reading(before) as session:
        assert mark(session, "state") == "after"


def test_file_that_is_damaged_is_replaced_and_kept(
    town: Town, settings: Settings, office: Office, restorable: Path
) -> None:
    if town.engine.dialect.name == "postgresql":
        return  # a server looks after its files itself
    town.engine.dispose()
    place = Path(f"{town.engine.url.database}")
    place.write_bytes(b"\xff" * 9000)
    told = restore_from(settings, office, restorable, NOW, yes=True)
    aside = place.with_name(f"{place.name}.hong-20230615-020000")
    assert (aside.read_bytes(), f"được giữ ở {aside}." in told) == (b"\xff" * 9000, True)
    with reading(town.engine) as session:
        assert mark(session, "state") == "before"
    assert mode(place) == 0o600


def test_restoring_over_data_needs_a_yes(town: Town, settings: Settings, office: Office, restorable: Path) -> None:
    with pytest.raises(CannotRestore) as caught:
        restore_from(settings, office, restorable, NOW, yes=False)
    assert str(caught.value) == words.overwrites(settings.shown_database)
    with reading(town.engine) as session:
        assert mark(session, "state") == "after"


def test_restoring_waits_until_the_bot_is_stopped(
    town: Town, settings: Settings, office: Office, restorable: Path
) -> None:
    with only_one(town.engine), pytest.raises(CannotRestore) as caught:
        restore_from(settings, office, restorable, NOW, yes=True)
    assert str(caught.value) == words.BOT_IS_RUNNING


def test_restoring_into_an_empty_place_needs_no_yes(
    town: Town, settings: Settings, office: Office, restorable: Path, tmp_path: Path
) -> None:
    if town.engine.dialect.name == "postgresql":
        with town.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        elsewhere = settings
    else:
        elsewhere = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'mới' / 'a.db'}"})
    restore_from(elsewhere, office, restorable, NOW, yes=False)
    engine = open_database(elsewhere.database)
    with reading(engine) as session:
        assert mark(session, "state") == "before"
    engine.dispose()


@pytest.mark.parametrize("content", ["", "xin chào", "PGDMP"])
def test_file_that_is_no_copy_is_refused_and_nothing_changes(
    town: Town, settings: Settings, office: Office, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "ghi-chú.txt"
    file.write_text(content, encoding="utf-8")
    before = contents(town.engine)
    with pytest.raises(CannotRestore):
        restore_from(settings, office, file, NOW, yes=True)
    assert contents(town.engine) == before
    with pytest.raises(CannotRestore, match="Không có tệp"):
        restore_from(settings, office, tmp_path / "không-có.db", NOW, yes=True)


def test_copy_of_a_later_program_is_refused(town: Town, settings: Settings, office: Office, tmp_path: Path) -> None:
    with town.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    file = Path(make_backup(town.engine, tmp_path / "backups", 3, NOW).file)
    with pytest.raises(CannotRestore, match="phiên bản mới hơn"):
        restore_from(settings, office, file, NOW, yes=True)


# What is told ----------------------------------------------------------------------------------------------------


async def test_clerk_sees_in_status_how_backups_stand_and_others_do_not(town: Town, tmp_path: Path) -> None:
    make_backup(town.engine, tmp_path / "backups", 3, town.clock())
    line = "💾 Bản sao lưu gần nhất: 07:00 hôm nay, đã khôi phục thử, đủ dữ liệu."
    assert (await town.says("cchc", "/tinhhinh")).text.splitlines()[-1] == line
    for who, in_group in (("cchc", True), ("chu-tich", False), ("tu-phap", False)):
        assert "sao lưu" not in (await town.says(who, "/tinhhinh", in_group=in_group)).text


def test_line_for_the_clerk_says_what_is_wrong() -> None:
    since = moment("01/06/2023 07:00")
    fine = Backup(since=since, tried=NOW, good=NOW, proven=False, trouble="không được tạo cơ sở dữ liệu tạm.")
    failed = Backup(since=since, tried=NOW, good=NOW - timedelta(days=1), trouble="đĩa đầy")
    assert [words.backup_line(each, NOW) for each in (None, Backup(since=NOW, tried=NOW), fine, failed)] == [
        "💾 Chưa có bản sao lưu nào; bot sao lưu lúc 2 giờ sáng.",
        "💾 Chưa có bản sao lưu nào; bot sao lưu lúc 2 giờ sáng.",
        "💾 Bản sao lưu gần nhất: 02:00 hôm nay, chưa khôi phục thử được: không được tạo cơ sở dữ liệu tạm.",
        "⚠️ Bản sao lưu gần nhất: 02:00 thứ Tư 14/6. Lần thử gần nhất không được: đĩa đầy. "
        "Anh/chị báo người quản trị giúp.",
    ]
