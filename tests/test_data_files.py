"""Reading TOML: what keeps a file from being read is a problem with a line, and the rest is read all the same."""

from pathlib import Path

import pytest

from plan_data.data_files import IMPOSSIBLE_DAY, read_toml
from plan_data.problems import Problem
from tests.builders import day


def written(folder: Path, data: bytes) -> Path:
    """A file with these bytes."""
    path = folder / "thu.toml"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("data", [b"a = 1\nb = 2\n", b"a = 1\r\nb = 2\r\n", b"\xef\xbb\xbfa = 1\nb = 2"])
def test_file_is_read_whatever_system_wrote_it(tmp_path: Path, data: bytes) -> None:
    assert read_toml(written(tmp_path, data), "không mở được tệp.") == ({"a": 1, "b": 2}, [])


def test_empty_file_has_no_tables_and_no_mistakes(tmp_path: Path) -> None:
    assert read_toml(written(tmp_path, b""), "không mở được tệp.") == ({}, [])


def test_every_impossible_day_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    data = [
        b"a = 2023-02-30",
        b"b = [2023-02-28, 2023-04-31, 2023-04-31, 2023-13-01]",
        b"c = '2023-02-30'",
        b"d = 2023-02-29T08:00:00",
    ]
    raw, problems = read_toml(written(tmp_path, b"\r\n".join(data)), "không mở được tệp.")
    assert [str(problem) for problem in problems] == [
        "thu.toml: dòng 1: ngày 2023-02-30 không có thật.",
        "thu.toml: dòng 2: ngày 2023-04-31 không có thật.",
        "thu.toml: dòng 2: ngày 2023-04-31 không có thật.",
        "thu.toml: dòng 2: ngày 2023-13-01 không có thật.",
        "thu.toml: dòng 4: ngày 2023-02-29 không có thật.",
    ]
    assert raw is not None
    assert (raw["a"], raw["b"], raw["c"], raw["d"].date()) == (
        IMPOSSIBLE_DAY,
        [day("28/02/2023"), *[IMPOSSIBLE_DAY] * 3],
        "2023-02-30",
        IMPOSSIBLE_DAY,
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a = ", ["cuối tệp: viết sai cú pháp TOML (Invalid value)."]),
        ("a = 1\nb = [1", ["cuối tệp: viết sai cú pháp TOML (Unclosed array)."]),
        ("a = 1\na = 2\n", ["dòng 2: viết sai cú pháp TOML (Cannot overwrite a value)."]),
        (
            "a = 2023-02-30\nb = x\n",
            ["dòng 1: ngày 2023-02-30 không có thật.", "dòng 2: viết sai cú pháp TOML (Invalid value)."],
        ),
    ],
)
def test_file_that_is_not_toml_gives_nothing_but_its_mistakes(tmp_path: Path, text: str, lines: list[str]) -> None:
    raw, problems = read_toml(written(tmp_path, text.encode()), "không mở được tệp.")
    assert (raw, [str(problem).removeprefix("thu.toml: ") for problem in problems]) == (None, lines)


def test_file_that_is_not_utf8_gives_nothing(tmp_path: Path) -> None:
    problem = Problem("thu.toml", "", "tệp không ở dạng UTF-8; hãy lưu lại với bảng mã UTF-8.")
    assert read_toml(written(tmp_path, "a = 'é'".encode("latin-1")), "không mở được tệp.") == (None, [problem])


def test_file_that_cannot_be_opened_gives_the_sentence_of_the_caller(tmp_path: Path) -> None:
    missing, folder = (read_toml(path, "không mở được tệp.") for path in (tmp_path / "thu.toml", tmp_path))
    assert (missing, folder) == (
        (None, [Problem("thu.toml", "", "không mở được tệp.")]),
        (None, [Problem(tmp_path.name, "", "không mở được tệp.")]),
    )
