"""Settings from the environment and `.env`; only the roof reads them. Every one is explained in `.env.example`."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from plan_data.workdays import OfficeHours


class BadSettings(Exception):
    """Settings are missing or wrong; carries one Vietnamese sentence for each."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class Settings(BaseSettings):
    """Everything that is set from outside."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True
    )

    data_dir: Path = Path("data")
    database_url: str = ""
    plan: Annotated[tuple[str, ...], NoDecode] = ("2023-phuoc-hai",)
    office_hours: str = "07:00-11:30,13:30-17:00"
    days_off_file: Path | None = None
    policy_file: Path | None = None
    tick_seconds: float = Field(default=20, gt=0, le=300)
    console_file: Path | None = None
    telegram_bot_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("plan", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("office_hours")
    @classmethod
    def _readable(cls, value: str) -> str:
        OfficeHours.parse(value)
        return value

    @field_validator("database_url")
    @classmethod
    def _a_url(cls, value: str) -> str:
        try:
            if value:
                make_url(value)
        except ArgumentError:
            raise ValueError("không phải địa chỉ cơ sở dữ liệu; mẫu đúng: sqlite:///data/nhacviec.db.") from None
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @property
    def secrets(self) -> list[str]:
        """What must never reach a log."""
        token = self.telegram_bot_token.get_secret_value() if self.telegram_bot_token else ""
        password = make_url(self.database).password
        return [secret for secret in (token, str(password or "")) if secret]

    @property
    def database(self) -> str:
        """The database to use: DATABASE_URL, or a SQLite file in DATA_DIR."""
        return self.database_url or f"sqlite:///{self.data_dir / 'nhacviec.db'}"


_SENTENCES = {
    "float_parsing": "phải là một số.",
    "greater_than": "phải lớn hơn 0.",
    "less_than_equal": "lớn quá; nhiều nhất là 300.",
    "literal_error": "phải là một trong DEBUG, INFO, WARNING, ERROR.",
    "path_type": "phải là một đường dẫn.",
}


def read_settings() -> Settings:
    """Read the environment and `.env`. Raises BadSettings with a sentence for each mistake; values are not shown."""
    try:
        return Settings()
    except ValidationError as error:
        raise BadSettings([_sentence(found) for found in error.errors(include_url=False)]) from None


def _sentence(found: object) -> str:
    assert isinstance(found, dict)
    name = ".".join(str(part) for part in found["loc"]).upper()
    if found["type"] == "value_error":
        return f"{name}: {found['ctx']['error']}"
    return f"{name}: {_SENTENCES.get(found['type'], 'giá trị không dùng được; xem .env.example.')}"
