"""Settings from the environment and `.env`; only the roof reads them. Every one is explained in `.env.example`."""

import logging
import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.mistakes import Mistake
from plan_data.workdays import OfficeHours
from records.codes import bare

_ENV_FILE = ".env"
_ENV_LINE = re.compile(r"""\s*(#.*)?|\s*(export\s+)?\w+\s*=\s*("[^"]*"|'[^']*'|[^"'\s].*)?\s*(\s#.*)?""")
_SETUP_CODE_LENGTH = 8
CHANNELS = ("telegram", "zalo", "zalo_oa")
_WEBHOOK_SECRET = re.compile(r"[!-~]{8,256}")  # it travels in a header
_HEADER = re.compile(r"[!-~]+")
_SHORTEST_PASSWORD = 4  # a shorter one would black out words of the log; where it stands in a URL it is hidden anyway
_ANY_URL = "sqlite:///data/nhacviec.db"


class BadSettings(Mistake):
    """Settings are missing or wrong."""


class Settings(BaseSettings):
    """Everything that is set from outside."""

    # A name in `.env` that no setting has is a mistake: a misspelt setting would otherwise keep its default unseen.
    model_config = SettingsConfigDict(
        env_file=_ENV_FILE, env_file_encoding="utf-8-sig", extra="forbid", env_ignore_empty=True
    )

    data_dir: Path = Path("data")
    database_url: str = Field(default="", repr=False)  # it may hold a password
    plan: Annotated[tuple[str, ...], NoDecode] = ("2023-phuoc-hai",)
    channels: Annotated[tuple[str, ...], NoDecode] = ("telegram", "zalo")
    office_hours: str = "07:00-11:30,13:30-17:00"
    days_off_file: Path | None = None
    policy_file: Path | None = None
    tick_seconds: float = Field(default=20, gt=0, le=300, allow_inf_nan=False)
    console_file: Path | None = None
    cases_inbox: Path | None = None
    cases_keep_applicant: bool = False
    telegram_bot_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    zalo_bot_token: SecretStr | None = None
    zalo_api_url: str = "https://bot-api.zaloplatforms.com"
    zalo_monthly_quota: int = Field(default=3000, ge=1)
    zalo_mode: Literal["polling", "webhook"] = "polling"
    zalo_webhook_secret: SecretStr | None = Field(default=None, validate_default=True)
    zalo_webhook_host: str = "127.0.0.1"
    zalo_webhook_port: int = Field(default=8080, ge=1, le=65535)
    zalo_oa_app_id: str = ""
    zalo_oa_secret_key: SecretStr | None = Field(default=None, validate_default=True)
    zalo_oa_refresh_token: SecretStr | None = None
    zalo_oa_mode: Literal["polling", "webhook"] = "polling"
    zalo_oa_webhook_key: SecretStr | None = None
    zalo_oa_url: str = "https://openapi.zalo.me"
    zalo_oa_oauth_url: str = "https://oauth.zaloapp.com"
    setup_code: SecretStr | None = None
    backup_dir: Path | None = None
    backup_keep: int = Field(default=30, ge=2, le=1000)
    keep_months: int = Field(default=12, ge=2, le=120)
    heartbeat_url: SecretStr | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("plan", "channels", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("channels")
    @classmethod
    def _known_channels(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in value if name not in CHANNELS]
        if unknown:
            raise ValueError(f"không có kênh “{unknown[0]}”; các kênh: {', '.join(CHANNELS)}.")
        return value

    @field_validator("office_hours")
    @classmethod
    def _readable(cls, value: str) -> str:
        OfficeHours.parse(value)
        return value

    @field_validator("database_url")
    @classmethod
    def _a_url(cls, value: str) -> str:
        try:
            url = make_url(value or _ANY_URL)
        except (ArgumentError, ValueError):
            raise ValueError(f"không phải địa chỉ cơ sở dữ liệu; mẫu đúng: {_ANY_URL}.") from None
        if url.get_backend_name() not in {"sqlite", "postgresql"}:
            raise ValueError("phải bắt đầu bằng sqlite:/// hoặc postgresql://.")
        if not url.database:
            raise ValueError("thiếu tên cơ sở dữ liệu ở cuối địa chỉ.")
        return value

    @field_validator("setup_code")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(bare(value.get_secret_value())) < _SETUP_CODE_LENGTH:
            raise ValueError(f"phải có ít nhất {_SETUP_CODE_LENGTH} chữ cái không dấu hoặc chữ số.")
        return value

    @field_validator("zalo_webhook_secret")
    @classmethod
    def _a_secret(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and info.data.get("zalo_mode") == "webhook" and info.data.get("zalo_bot_token"):
            raise ValueError("phải đặt khi ZALO_MODE=webhook: một chuỗi khó đoán, từ 8 đến 256 ký tự.")
        if value is not None and not _WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("phải có từ 8 đến 256 chữ cái không dấu, chữ số hoặc ký hiệu, không có dấu cách.")
        return value

    @field_validator("zalo_oa_secret_key")
    @classmethod
    def _a_key(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and info.data.get("zalo_oa_app_id"):
            raise ValueError("phải đặt khi có ZALO_OA_APP_ID: khóa bí mật của ứng dụng ở developers.zalo.me.")
        if value is not None and not _HEADER.fullmatch(value.get_secret_value()):
            raise ValueError("chỉ gồm chữ cái không dấu, chữ số hoặc ký hiệu, không có dấu cách.")
        return value

    @field_validator("zalo_mode", "zalo_oa_mode", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @property
    def database(self) -> str:
        """The database to use: DATABASE_URL, or a SQLite file in DATA_DIR."""
        return self.database_url or f"sqlite:///{self.data_dir / 'nhacviec.db'}"

    @property
    def backups(self) -> Path:
        """The folder of backups."""
        return self.backup_dir or self.data_dir / "backups"

    @property
    def shown_database(self) -> str:
        """The database as it may be shown: without its password."""
        return make_url(self.database).render_as_string(hide_password=True)

    @property
    def secrets(self) -> list[str]:
        """What must never reach a log; tokens of any length, the password as it is meant and as a URL shows it."""
        kept = (
            self.telegram_bot_token,
            self.zalo_bot_token,
            self.zalo_webhook_secret,
            self.zalo_oa_secret_key,
            self.zalo_oa_refresh_token,
            self.zalo_oa_webhook_key,
            self.setup_code,
            self.heartbeat_url,
        )
        tokens = [value.get_secret_value() for value in kept if value]
        password = make_url(self.database).password or ""
        passwords = (password, quote(password, safe="")) if len(password) >= _SHORTEST_PASSWORD else ()
        return list(dict.fromkeys((*tokens, *passwords)))


class Supervisor(BaseSettings):
    """What systemd, which started us, tells by the environment: where it listens, and how often it wants to hear."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    notify_socket: str = ""
    watchdog_usec: int | None = None

    @property
    def every_seconds(self) -> float:
        """How often it hears from us: three times as often as it wants to, and every 20 seconds at least."""
        return min(20.0, (self.watchdog_usec or 3e12) / 3e6)


_SENTENCES = {
    "float_parsing": "phải là một số.",
    "finite_number": "phải là một số.",
    "int_parsing": "phải là một số nguyên.",
    "greater_than": "phải lớn hơn 0.",
    "greater_than_equal": "phải từ {ge:g} trở lên.",
    "less_than_equal": "lớn quá; nhiều nhất là {le:g}.",
    "literal_error": "phải là một trong {expected}.",
    "path_type": "phải là một đường dẫn.",
    "bool_parsing": "phải là 0 hoặc 1.",
}


def read_settings() -> Settings:
    """Read the environment and `.env`. Raises BadSettings with a sentence for each mistake; values are not shown."""
    unreadable = list(_unreadable_lines(Path(_ENV_FILE)))
    logging.getLogger("dotenv.main").setLevel("ERROR")  # it warns in English of the same lines
    try:
        settings = Settings()
    except ValidationError as error:
        raise BadSettings(*unreadable, *(_sentence(found) for found in error.errors(include_url=False))) from None
    if unreadable:
        raise BadSettings(*unreadable)
    return settings


def _unreadable_lines(file: Path) -> Iterator[str]:
    try:
        text = file.read_bytes().decode("utf-8-sig") if file.exists() else ""
    except UnicodeDecodeError:
        raise BadSettings(f"{file}: tệp không ở dạng UTF-8; hãy lưu lại với bảng mã UTF-8.") from None
    except OSError as error:
        raise BadSettings(f"{file}: không đọc được tệp ({error.strerror}).") from None
    for number, line in enumerate(text.splitlines(), start=1):
        if not _ENV_LINE.fullmatch(line):
            yield f"{file}, dòng {number}: viết chưa đúng; mỗi dòng có dạng TÊN=giá trị."


def _sentence(found: object) -> str:
    assert isinstance(found, dict)
    name = ".".join(str(part) for part in found["loc"]).upper()
    if found["type"] == "value_error":
        return f"{name}: {found['ctx']['error']}"
    if found["type"] == "extra_forbidden":
        close = get_close_matches(name, [field.upper() for field in Settings.model_fields], n=1)
        return f"{name}: không có cài đặt nào tên này" + (f"; có phải {close[0]}?" if close else ".")
    sentence = _SENTENCES.get(found["type"], "giá trị không dùng được; xem .env.example.")
    limits = {**found.get("ctx", {}), "expected": _listed(str(found.get("ctx", {}).get("expected", "")))}
    return f"{name}: {sentence.format_map(limits)}"


def _listed(expected: str) -> str:
    """ "'a', 'b' or 'c'" as people read it."""
    return expected.replace("'", "").replace(" or ", ", ")
