import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.health import Health, doubts_about, examine
from bot.settings import Settings
from bot.wiring import WrongClock, claim_for_clock
from jobs.daily import once_a_day, start_up
from plan_data.office import Office
from plan_data.workdays import OfficeHours, WorkCalendar, load_calendar
from records.backup_result import Backup, keep_backup
from records.database import open_database, transaction
from records.outbox import NOTICE, NewMessage, queue
from records.vital_signs import VitalSigns, keep_signs
from tests.builders import moment
from wording.message import say

NOW = moment("15/06/2023 09:00")
PROVISIONAL = "Lịch ngày nghỉ năm 2027 mới là dự kiến (days_off.toml)."
STOPPED = "Bot không chạy hoặc đã ngừng quá 30 phút."


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings.model_construct(database_url=database_url)


@pytest.fixture
def bot(engine: Engine, office: Office) -> Engine:
    """A bot that started ten minutes ago on the real clock."""
    claim_for_clock(engine, simulated=False)
    start_up(engine, office, NOW - timedelta(minutes=10))
    return engine


def test_bot_at_work_is_healthy(settings: Settings, office: Office, bot: Engine) -> None:
    once_a_day(bot, office, NOW - timedelta(minutes=3))
    report = examine(settings, office, NOW)
    assert (report.healthy, report.clock, report.troubles, report.doubts) == (True, "real", [], [PROVISIONAL])
    assert report.last_sign_of_life == "2023-06-15T08:57:00+07:00"


def test_bot_that_stopped_is_noticed_after_half_an_hour(settings: Settings, office: Office, bot: Engine) -> None:
    start_up(bot, office, NOW)
    assert examine(settings, office, NOW + timedelta(minutes=30)).troubles == []
    assert examine(settings, office, NOW + timedelta(minutes=31)).troubles == [STOPPED]


def test_sign_of_life_from_the_future_is_no_sign_of_life(settings: Settings, office: Office, bot: Engine) -> None:
    start_up(bot, office, NOW + timedelta(days=1))
    assert examine(settings, office, NOW).troubles == [STOPPED]


def test_message_that_waits_too_long_is_noticed(settings: Settings, office: Office, bot: Engine) -> None:
    message = NewMessage("k", "notice", "telegram", "1", "person:1", NOTICE, say("Chào").to_dict())
    with transaction(bot) as session:
        queue(session, message, NOW)
    start_up(bot, office, NOW + timedelta(minutes=31))
    report = examine(settings, office, NOW + timedelta(minutes=31))
    assert (report.troubles, report.messages) == (["Có tin chờ gửi từ 09:00 15/06/2023."], {"pending": 1})


def test_database_that_was_never_used_is_not_made_by_looking(tmp_path: Path, office: Office) -> None:
    url = f"sqlite:///{tmp_path / 'data' / 'nhacviec.db'}"
    report = examine(Settings.model_construct(database_url=url), office, NOW)
    assert (report.troubles, list(tmp_path.iterdir())) == (["Bot chưa chạy lần nào."], [])


def test_database_of_an_older_version_is_left_as_it_is(settings: Settings, office: Office) -> None:
    engine = open_database(settings.database)
    with engine.connect():
        pass  # makes the file, without any table
    engine.dispose()
    troubles = examine(settings, office, NOW).troubles
    assert [trouble.partition(" (")[0] for trouble in troubles] == ["Không đọc được cơ sở dữ liệu"]
    assert troubles[0].endswith("nếu vừa nâng cấp, chạy nhacviec db upgrade.")


def test_channel_that_does_not_answer_and_a_bot_that_does_not_tick_are_noticed(
    settings: Settings, office: Office, bot: Engine
) -> None:
    start_up(bot, office, NOW)
    with transaction(bot) as session:
        keep_signs(session, VitalSigns(NOW, {"telegram": NOW, "zalo": NOW - timedelta(minutes=13)}))
    report = examine(settings, office, NOW)
    assert (report.troubles, report.last_tick) == (["Zalo không trả lời bot từ 08:47 15/06/2023."], NOW.isoformat())
    assert examine(settings, office, NOW + timedelta(minutes=13)).troubles == [
        "Bot không xem việc đến hạn từ 09:00 15/06/2023.",
        "Telegram không trả lời bot từ 09:00 15/06/2023.",
        "Zalo không trả lời bot từ 08:47 15/06/2023.",
    ]
    assert examine(settings, office, NOW + timedelta(minutes=31)).troubles == [STOPPED]


def test_missing_backup_is_noticed_after_two_days(settings: Settings, office: Office, bot: Engine) -> None:
    later = NOW + timedelta(days=2, minutes=1)
    start_up(bot, office, later)
    with transaction(bot) as session:
        keep_backup(session, Backup(since=NOW, tried=later, trouble="đĩa đầy"))
    report = examine(settings, office, later)
    assert report.troubles == ["Không có bản sao lưu nào từ 09:00 15/06/2023."]
    assert report.doubts == [PROVISIONAL, "Sao lưu: đĩa đầy"]


def test_year_without_a_calendar_is_noticed(settings: Settings, office: Office, bot: Engine) -> None:
    ahead = replace(office, calendar=WorkCalendar(frozenset({2022})))
    assert examine(settings, ahead, NOW).troubles == ["Chưa có lịch ngày nghỉ năm 2023 trong days_off.toml."]


@pytest.mark.parametrize("simulated", [True, False])
def test_health_tells_the_two_clocks_apart(
    settings: Settings, office: Office, engine: Engine, simulated: bool
) -> None:
    claim_for_clock(engine, simulated=not simulated)
    with pytest.raises(WrongClock):
        examine(settings, office, NOW, simulated=simulated)


@pytest.mark.parametrize(
    ("hours", "doubts"),
    [
        ("07:00-11:30,13:30-17:00", []),
        ("08:00-12:00,13:00-17:00", []),
        (
            "07:30-11:30,13:30-17:00",
            ["OFFICE_HOURS cộng lại 7,5 giờ một ngày, không phải 8 giờ; hạn tính theo giờ sẽ lệch."],
        ),
        ("07:00-16:00", ["OFFICE_HOURS cộng lại 9 giờ một ngày, không phải 8 giờ; hạn tính theo giờ sẽ lệch."]),
    ],
)
def test_day_that_does_not_add_up_to_eight_hours_is_doubted(office: Office, hours: str, doubts: list[str]) -> None:
    changed = replace(office, calendar=load_calendar(hours=OfficeHours.parse(hours)))
    assert doubts_about(changed) == [*doubts, PROVISIONAL]


def test_report_reads_well_and_hides_nothing_from_a_watchdog() -> None:
    report = Health(
        database="sqlite:///data/nhacviec.db",
        clock="real",
        last_sign_of_life="2023-06-15T08:57:00+07:00",
        messages={"sent": 5, "pending": 1},
        backup={"file": "data/backups/a.db"},
        troubles=["Có chuyện."],
        doubts=["Chưa chắc."],
    )
    assert report.as_text() == (
        "Cơ sở dữ liệu: sqlite:///data/nhacviec.db\n"
        "Lần hoạt động gần nhất: 08:57 15/06/2023\n"
        "Tin nhắn: 1 pending, 5 sent\n"
        "Sao lưu: data/backups/a.db\n"
        "⚠️ Có chuyện.\n"
        "ℹ️ Chưa chắc."
    )
    assert json.loads(report.as_json()) == {
        "healthy": False,
        "database": "sqlite:///data/nhacviec.db",
        "clock": "real",
        "last_sign_of_life": "2023-06-15T08:57:00+07:00",
        "messages": {"sent": 5, "pending": 1},
        "troubles": ["Có chuyện."],
        "doubts": ["Chưa chắc."],
        "last_tick": None,
        "last_polls": {},
        "oldest_pending": None,
        "backup": {"file": "data/backups/a.db"},
    }
    assert replace(report, troubles=[]).as_text().endswith("ℹ️ Chưa chắc.\nMọi thứ bình thường.")


def test_report_holds_no_password(office: Office) -> None:
    settings = Settings.model_construct(database_url="postgresql://u:mat-khau@127.0.0.1:1/x")
    report = examine(settings, office, NOW)
    assert (report.database, "mat-khau" in report.as_json()) == ("postgresql://u:***@127.0.0.1:1/x", False)
