"""Is the bot well: what `nhacviec health` tells, for a person and for a watchdog."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from bot.settings import Settings
from plan_data.office import Office
from plan_data.workdays import ZONE
from records.audit import mark
from records.database import exists, migrate, open_database, reading
from records.outbox import oldest_pending, states

STALE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Health:
    """Facts, and the troubles that make somebody look."""

    database: str
    clock: str
    last_sign_of_life: str | None
    messages: dict[str, int]
    troubles: list[str]

    @property
    def healthy(self) -> bool:
        """Whether nobody needs to look."""
        return not self.troubles

    def as_json(self) -> str:
        """For a watchdog."""
        return json.dumps({"healthy": self.healthy, **asdict(self)}, ensure_ascii=False, indent=2)

    def as_text(self) -> str:
        """For a person."""
        counted = ", ".join(f"{state}: {count}" for state, count in sorted(self.messages.items())) or "chưa có"
        lines = [
            f"Cơ sở dữ liệu: {self.database}",
            f"Lần hoạt động gần nhất: {self.last_sign_of_life or 'chưa chạy lần nào'}",
            f"Tin nhắn: {counted}",
            *(f"⚠️ {trouble}" for trouble in self.troubles),
        ]
        return "\n".join([*lines, "Mọi thứ bình thường."] if self.healthy else lines)


def examine(settings: Settings, office: Office, now: datetime) -> Health:
    """Look at the database. Raises DatabaseUnavailable when it cannot be opened."""
    engine = open_database(settings.database)
    place = engine.url.render_as_string(hide_password=True)
    troubles = []
    if now.astimezone(ZONE).year not in office.calendar.years:
        troubles.append(f"Chưa có lịch ngày nghỉ năm {now.astimezone(ZONE).year} trong days_off.toml.")
    if not exists(settings.database):
        return Health(place, "", None, {}, [*troubles, "Chưa có cơ sở dữ liệu: bot chưa chạy lần nào."])
    migrate(engine)
    with reading(engine) as session:
        alive, clock = mark(session, "alive"), mark(session, "clock") or ""
        waiting, counted = oldest_pending(session), states(session)
    if alive is None or now - datetime.fromisoformat(alive) > STALE:
        troubles.append("Bot không chạy hoặc đã ngừng quá 30 phút.")
    if waiting is not None and now - waiting > STALE:
        troubles.append(f"Có tin chờ gửi từ {waiting.astimezone(ZONE):%H:%M %d/%m/%Y}.")
    return Health(place, clock, alive, counted, troubles)
