import re
from pathlib import Path

import pytest

from bot.settings import BadSettings, Settings, read_settings
from tests.machine import ROOT, Machine


def mistakes(machine: Machine, *lines: str) -> list[str]:
    machine.env(*lines)
    with pytest.raises(BadSettings) as caught:
        read_settings()
    return list(caught.value.sentences)


def test_example_names_every_setting_once_with_a_comment_and_its_default(machine: Machine) -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    names = re.findall(r"^(\w+)=", text, re.MULTILINE)
    commented = re.findall(r"^#.+\n(\w+)=", text, re.MULTILINE)
    assert names == commented == list(dict.fromkeys(names))
    assert sorted(names) == sorted(field.upper() for field in Settings.model_fields)
    machine.env(*text.splitlines())
    assert read_settings() == Settings.model_construct()


def test_settings_come_from_the_file_and_the_environment_wins(machine: Machine) -> None:
    machine.env("# chú thích", "export PLAN = a, b ,", 'DATA_DIR="kho dữ liệu"', "LOG_LEVEL=warning # nhỏ hơn", "")
    machine.set("LOG_LEVEL", "error")
    settings = read_settings()
    assert (settings.plan, settings.data_dir, settings.log_level) == (("a", "b"), Path("kho dữ liệu"), "ERROR")


def test_file_from_a_windows_editor_is_read(machine: Machine) -> None:
    (machine.folder / ".env").write_bytes("\ufeffPLAN=a\r\nDATA_DIR=b\r\n".encode())
    settings = read_settings()
    assert (settings.plan, settings.data_dir) == (("a",), Path("b"))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("OFFICE_HOURS=7-11", "Giờ làm việc “7-11” không đọc được; mẫu đúng: 07:00-11:30,13:30-17:00."),
        (
            "OFFICE_HOURS=13:30-17:00,07:00-11:30",
            "Giờ làm việc “13:30-17:00,07:00-11:30” phải tăng dần, các buổi không chồng hoặc nối liền nhau.",
        ),
        ("TICK_SECONDS=nhanh", "phải là một số."),
        ("TICK_SECONDS=0", "phải lớn hơn 0."),
        ("ZALO_MODE=cả hai", "phải là một trong polling, webhook."),
        ("ZALO_OA_MODE=cả hai", "phải là một trong polling, webhook."),
        ("ZALO_OA_SECRET_KEY=khóa", "chỉ gồm chữ cái không dấu, chữ số hoặc ký hiệu, không có dấu cách."),
        ("ZALO_WEBHOOK_PORT=web", "phải là một số nguyên."),
        ("ZALO_WEBHOOK_PORT=0", "phải từ 1 trở lên."),
        ("ZALO_WEBHOOK_PORT=65536", "lớn quá; nhiều nhất là 65535."),
        (
            "ZALO_WEBHOOK_SECRET=ngắn",
            "phải có từ 8 đến 256 chữ cái không dấu, chữ số hoặc ký hiệu, không có dấu cách.",
        ),
        ("TICK_SECONDS=nan", "phải là một số."),
        ("TICK_SECONDS=301", "lớn quá; nhiều nhất là 300."),
        ("LOG_LEVEL=loud", "phải là một trong DEBUG, INFO, WARNING, ERROR."),
        ("DATABASE_URL=nhacviec", "không phải địa chỉ cơ sở dữ liệu; mẫu đúng: sqlite:///data/nhacviec.db."),
        (
            "DATABASE_URL=postgresql://u:p@host:cổng/x",
            "không phải địa chỉ cơ sở dữ liệu; mẫu đúng: sqlite:///data/nhacviec.db.",
        ),
        ("DATABASE_URL=mysql://host/x", "phải bắt đầu bằng sqlite:/// hoặc postgresql://."),
        ("DATABASE_URL=sqlite://", "thiếu tên cơ sở dữ liệu ở cuối địa chỉ."),
        ("OFFICE_HOUR=07:00-11:30", "không có cài đặt nào tên này; có phải OFFICE_HOURS?"),
        ("XYZ=1", "không có cài đặt nào tên này."),
    ],
)
def test_bad_value_is_named_in_a_sentence(machine: Machine, line: str, sentence: str) -> None:
    assert mistakes(machine, line) == [f"{line.partition('=')[0]}: {sentence}"]


def test_all_mistakes_are_told_at_once_lines_that_cannot_be_read_first(machine: Machine) -> None:
    assert mistakes(machine, "LOG_LEVEL=loud", "PLAN", 'DATA_DIR="kho', "TICK_SECONDS=0") == [
        ".env, dòng 2: viết chưa đúng; mỗi dòng có dạng TÊN=giá trị.",
        ".env, dòng 3: viết chưa đúng; mỗi dòng có dạng TÊN=giá trị.",
        "TICK_SECONDS: phải lớn hơn 0.",
        "LOG_LEVEL: phải là một trong DEBUG, INFO, WARNING, ERROR.",
    ]


def test_file_that_is_not_utf8_is_named(machine: Machine) -> None:
    (machine.folder / ".env").write_bytes("DATA_DIR=dữ liệu".encode("utf-16"))
    with pytest.raises(BadSettings, match=r"^\.env: tệp không ở dạng UTF-8; hãy lưu lại với bảng mã UTF-8\.$"):
        read_settings()


def test_folder_instead_of_a_file_is_named(machine: Machine) -> None:
    (machine.folder / ".env").mkdir()
    with pytest.raises(BadSettings, match=r"^\.env: không đọc được tệp"):
        read_settings()


def test_database_is_a_file_in_the_data_folder_unless_an_address_is_given(machine: Machine) -> None:
    assert read_settings().database == "sqlite:///data/nhacviec.db"
    machine.env("DATA_DIR=kho")
    assert read_settings().database == "sqlite:///kho/nhacviec.db"
    machine.env("DATA_DIR=kho", "DATABASE_URL=postgresql://u:p@host/x")
    assert read_settings().database == "postgresql://u:p@host/x"


def test_password_and_token_are_secrets_and_are_not_shown(machine: Machine) -> None:
    machine.env("DATABASE_URL=postgresql://u:m%40t-khau@host/x", "TELEGRAM_BOT_TOKEN=123456:ABC-def")
    settings = read_settings()
    assert settings.secrets == ["123456:ABC-def", "m@t-khau", "m%40t-khau"]
    assert settings.shown_database == "postgresql://u:***@host/x"
    assert [secret for secret in settings.secrets if secret in repr(settings)] == []


def test_a_token_is_a_secret_however_short_and_a_word_of_a_password_is_not(machine: Machine) -> None:
    machine.env("DATABASE_URL=postgresql://u:pg@host/x", "TELEGRAM_BOT_TOKEN=1:a")
    assert read_settings().secrets == ["1:a"]


def test_office_without_secrets_hides_nothing(machine: Machine) -> None:
    assert read_settings().secrets == []


def test_official_account_needs_its_secret_key_and_none_of_its_secrets_is_shown(machine: Machine) -> None:
    assert mistakes(machine, "ZALO_OA_APP_ID=42") == [
        "ZALO_OA_SECRET_KEY: phải đặt khi có ZALO_OA_APP_ID: khóa bí mật của ứng dụng ở developers.zalo.me."
    ]
    keys = ("ZALO_OA_SECRET_KEY", "ZALO_OA_REFRESH_TOKEN", "ZALO_OA_WEBHOOK_KEY")
    machine.env("ZALO_OA_APP_ID=42", *(f"{key}=secret-{number}" for number, key in enumerate(keys)))
    settings = read_settings()
    assert settings.secrets == ["secret-0", "secret-1", "secret-2"]
    assert "secret-" not in repr(settings)
