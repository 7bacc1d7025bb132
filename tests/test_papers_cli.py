"""Papers at the command line."""

from pathlib import Path

import pytest

from tests.machine import Machine

NOW = ("--now", "2023-06-15T09:00")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Machine:
    return Machine(tmp_path, monkeypatch, capsys)


def test_board_is_written_to_the_output(machine: Machine) -> None:
    machine.pipe("/xong I.3 H1\n", "chat", "--as", "clerk", *NOW)
    ran = machine.nhacviec("board", *NOW)
    assert (ran.code, ran.out[:15], ran.out[-7:]) == (0, "<!doctype html>", "</html>")
    assert "Báo cáo CCHC 6 tháng đầu năm 2023" in ran.out


def test_paper_sent_at_the_console_is_a_file_in_the_data_folder(machine: Machine) -> None:
    ran = machine.pipe("/bang\n", "chat", "--as", "leader", *NOW)
    (file,) = (machine.folder / "data" / "files").iterdir()
    assert f"[tệp: {Path('data') / 'files' / file.name}]" in ran.out
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_picture_is_written_to_the_output(machine: Machine) -> None:
    machine.pipe("/xong I.3 H1\n", "chat", "--as", "clerk", *NOW)
    process = machine.start("picture", "--month", "2023-06", *NOW)
    process.type("")
    ran = process.end()
    assert (ran.code, ran.out[:3], "IEND" in ran.out[-12:]) == (0, "PNG", True)
