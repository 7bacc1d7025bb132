"""Mistakes in data as sentences, each with its place in the file."""

from typing import Annotated

import pytest
from pydantic import BaseModel, Field, ValidationError

from plan_data.problems import DataError, Problem, problems_of


class Person(BaseModel):
    """A value of the tests."""

    name: str
    ages: Annotated[tuple[int, ...], Field(min_length=1)]
    phones: dict[Annotated[str, Field(pattern="^[a-z]+$")], Annotated[str, Field(pattern="^0")]] = {}
    mail: Annotated[bytes, Field(max_length=3)] = b""


def lines(value: dict[str, object], entry: str = "", raw: object = None) -> list[str]:
    """What is wrong with a person."""
    with pytest.raises(ValidationError) as caught:
        Person.model_validate(value)
    return [str(problem) for problem in problems_of(caught.value, "thu.toml", entry, raw)]


def test_problem_is_one_line_with_file_entry_and_sentence() -> None:
    shown = [str(Problem("thu.toml", entry, "thiếu mục này.")) for entry in ("I.1", "")]
    assert shown == ["thu.toml: I.1: thiếu mục này.", "thu.toml: thiếu mục này."]


def test_data_error_shows_one_line_for_each_problem() -> None:
    problems = [Problem("thu.toml", "I.1", "mã nhiệm vụ bị trùng."), Problem("thu.toml", "", "không mở được tệp.")]
    error = DataError(problems)
    assert (error.problems, str(error)) == (
        problems,
        "thu.toml: I.1: mã nhiệm vụ bị trùng.\nthu.toml: không mở được tệp.",
    )


@pytest.mark.parametrize(
    ("entry", "shown"), [("", "thu.toml: name: thiếu mục này."), ("an", "thu.toml: an.name: thiếu mục này.")]
)
def test_problem_names_its_entry_where_there_is_one(entry: str, shown: str) -> None:
    assert lines({"ages": [1]}, entry) == [shown]


def test_list_whose_items_are_wrong_is_not_called_empty() -> None:
    wrong, empty = (lines({"name": "An", "ages": ages}) for ages in (["x", "y"], []))
    assert (wrong, empty) == (
        ["thu.toml: ages thứ 1: phải là số nguyên.", "thu.toml: ages thứ 2: phải là số nguyên."],
        ["thu.toml: ages: không được để trống."],
    )


def test_key_that_is_wrong_is_named_itself() -> None:
    assert lines({"name": "An", "ages": [1], "phones": {"Nhà": "0258"}}) == [
        "thu.toml: phones.Nhà: chỉ dùng chữ thường không dấu, chữ số và dấu gạch ngang ở giữa."
    ]


def test_mistake_without_a_sentence_of_its_own_is_still_told() -> None:
    assert lines({"name": "An", "ages": [1], "mail": b"four"}) == ["thu.toml: mail: giá trị không hợp lệ."]
