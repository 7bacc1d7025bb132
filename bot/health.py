"""Is the bot well: what `nhacviec health` tells, for a person and for a watchdog. It only looks."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError

from bot.settings import Settings
from bot.wiring import check_clock
from plan_data.office import Office
from plan_data.workdays import ZONE
from records.audit import mark
from records.backup_result import Backup, last_backup
from records.database import exists, open_database, reading
from records.outbox import oldest_pending, states
from records.vital_signs import VitalSigns, alive_at, last_signs
from wording.channels import channel_name

STALE = timedelta(minutes=30)
QUIET = timedelta(minutes=12)  # the signs of life are written down every minute, a poll takes half a minute
_WORKING_DAY = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Health:
    """Facts; troubles, which make somebody look now; and doubts, which can wait."""

    database: str
    clock: str
    last_sign_of_life: str | None
    messages: dict[str, int]
    troubles: list[str]
    doubts: list[str]
    last_tick: str | None = None
    last_polls: dict[str, str] = field(default_factory=dict)
    oldest_pending: str | None = None
    backup: dict[str, str | int | bool | None] = field(default_factory=dict)

    @property
    def healthy(self) -> bool:
        """Whether nobody needs to look now."""
        return not self.troubles

    def as_json(self) -> str:
        """For a watchdog."""
        return json.dumps({"healthy": self.healthy, **asdict(self)}, ensure_ascii=False, indent=2)

    def as_text(self) -> str:
        """For a person."""
        counted = ", ".join(f"{count} {state}" for state, count in sorted(self.messages.items())) or "chưa có"
        alive = datetime.fromisoformat(self.last_sign_of_life) if self.last_sign_of_life else None
        lines = [
            f"Cơ sở dữ liệu: {self.database}",
            f"Lần hoạt động gần nhất: {_moment(alive) if alive else 'chưa chạy lần nào'}",
            f"Tin nhắn: {counted}",
            *([f"Sao lưu: {self.backup['file']}"] if self.backup else []),
            *(f"⚠️ {trouble}" for trouble in self.troubles),
            *(f"ℹ️ {doubt}" for doubt in self.doubts),
        ]
        return "\n".join([*lines, "Mọi thứ bình thường."] if self.healthy else lines)


def examine(settings: Settings, office: Office, now: datetime, *, simulated: bool = False) -> Health:
    """Look at the database. Raises DatabaseUnavailable or WrongClock."""
    troubles, doubts = _calendar_troubles(office, now), doubts_about(office)
    if not exists(settings.database):
        return Health(settings.shown_database, "", None, {}, [*troubles, "Bot chưa chạy lần nào."], doubts)
    engine = open_database(settings.database)
    try:
        with reading(engine) as session:
            alive, clock = alive_at(session), mark(session, "clock") or ""
            waiting, counted = oldest_pending(session), states(session)
            backup, signs = last_backup(session), last_signs(session)
    except (OperationalError, ProgrammingError) as error:
        words = (
            f"Không đọc được cơ sở dữ liệu ({type(error.orig).__name__}); nếu vừa nâng cấp, chạy nhacviec db upgrade."
        )
        return Health(settings.shown_database, "", None, {}, [*troubles, words], doubts)
    finally:
        engine.dispose()
    check_clock(clock, simulated=simulated)
    if alive is None or abs(now - alive) > STALE:
        troubles.append("Bot không chạy hoặc đã ngừng quá 30 phút.")
    elif signs is not None:
        troubles += _troubles_of(signs, now)
    if waiting is not None and now - waiting > STALE:
        troubles.append(f"Có tin chờ gửi từ {_moment(waiting)}.")
    if backup is not None and backup.is_too_old(now):
        troubles.append(f"Không có bản sao lưu nào từ {_moment(backup.good or backup.since)}.")
    if backup is not None and backup.trouble:
        doubts.append(f"Sao lưu: {backup.trouble}")
    return Health(
        settings.shown_database,
        clock,
        alive.isoformat() if alive else None,
        counted,
        troubles,
        doubts,
        signs.ticked.isoformat() if signs else None,
        {channel: at.isoformat() for channel, at in signs.polled.items()} if signs else {},
        waiting.isoformat() if waiting else None,
        _facts(backup),
    )


def _troubles_of(signs: VitalSigns, now: datetime) -> Iterator[str]:
    """Of a bot that runs but does not look at what is due, or does not hear its channels."""
    if abs(now - signs.ticked) > QUIET:
        yield f"Bot không xem việc đến hạn từ {_moment(signs.ticked)}."
    for channel, at in sorted(signs.polled.items()):
        if abs(now - at) > QUIET:
            yield f"{channel_name(channel)} không trả lời bot từ {_moment(at)}."


def _facts(backup: Backup | None) -> dict[str, str | int | bool | None]:
    if backup is None or backup.good is None:
        return {}
    return {"at": backup.good.isoformat(), "file": backup.file, "rows": backup.rows, "proven": backup.proven}


def is_alive(engine: Engine, now: datetime) -> bool:
    """Whether the database answers and the timetable has run lately; for a watchdog that asks over HTTP."""
    try:
        with reading(engine) as session:
            alive = alive_at(session)
    except SQLAlchemyError:
        return False
    return alive is not None and abs(now - alive) <= STALE


def doubts_about(office: Office) -> list[str]:
    """What is unusual in the office's data, but may be meant so."""
    found, hours = [], office.calendar.hours.a_day
    if hours != _WORKING_DAY:
        total = f"{hours / timedelta(hours=1):g}".replace(".", ",")
        found.append(f"OFFICE_HOURS cộng lại {total} giờ một ngày, không phải 8 giờ; hạn tính theo giờ sẽ lệch.")
    found += [
        f"Lịch ngày nghỉ năm {year} mới là dự kiến (days_off.toml)." for year in sorted(office.calendar.provisional)
    ]
    return found


def _calendar_troubles(office: Office, now: datetime) -> list[str]:
    year = now.astimezone(ZONE).year
    return [] if year in office.calendar.years else [f"Chưa có lịch ngày nghỉ năm {year} trong days_off.toml."]


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%H:%M %d/%m/%Y}"
