"""Mistakes in data files are values, collected so that one look at the list mends them all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: the file it is in, the entry (a task code, a key), and a Vietnamese sentence.

    The sentence stands here and not in `wording/`, because nothing above this floor is loaded
    while the data is still in doubt.
    """

    file: str
    entry: str
    sentence: str

    def __str__(self) -> str:
        """One line for a terminal: file, entry, sentence."""
        return f"{self.file}: {self.entry}: {self.sentence}" if self.entry else f"{self.file}: {self.sentence}"


class DataError(Exception):
    """Raised at start-up when data files have mistakes; carries all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


_SENTENCES = {
    "missing": "thiếu mục này.",
    "extra_forbidden": "không có mục nào mang tên này; xem lại chính tả.",
    "date_type": "phải là ngày dạng 2023-06-17, không đặt trong ngoặc kép và không kèm giờ.",
    "date_parsing": "phải là ngày có thật dạng 2023-06-17.",
    "time_type": 'phải là giờ dạng "07:30".',
    "time_parsing": 'phải là giờ dạng "07:30".',
    "int_type": "phải là số nguyên.",
    "int_parsing": "phải là số nguyên.",
    "int_from_float": "phải là số nguyên.",
    "float_type": "phải là số.",
    "float_parsing": "phải là số.",
    "finite_number": "phải là số.",
    "string_type": "phải là chữ, đặt trong ngoặc kép.",
    "string_too_short": "không được để trống.",
    "string_too_long": "dài quá {max_length} ký tự.",
    "string_pattern_mismatch": "chỉ dùng chữ thường không dấu, chữ số và dấu gạch ngang ở giữa.",
    "too_short": "không được để trống.",
    "tuple_type": "phải là danh sách trong ngoặc vuông.",
    "bool_type": "phải là true hoặc false.",
    "bool_parsing": "phải là true hoặc false.",
    "model_type": "phải là một bảng gồm các mục tên = giá trị.",
    "model_attributes_type": "phải là một bảng gồm các mục tên = giá trị.",
    "union_tag_not_found": "thiếu mục kind (loại quy tắc).",
    "union_tag_invalid": "không có loại quy tắc “{tag}”; các loại dùng được: {expected_tags}.",
    "literal_error": "giá trị không dùng được; các giá trị dùng được: {expected}.",
    "enum": "giá trị không dùng được; các giá trị dùng được: {expected}.",
    "greater_than_equal": "phải từ {ge} trở lên.",
    "less_than_equal": "không được quá {le}.",
    "value_error": "{error}",
}


def problems_of(error: ValidationError, file: str, entry: str, value: object = None) -> list[Problem]:
    """Every mistake that pydantic found in one entry, as Vietnamese sentences.

    With the `value` that was read, a place in a list is called by its `id`, or by its number counted from 1.
    """
    found = error.errors(include_url=False, include_input=False)
    inside = {each["loc"][:length] for each in found for length in range(len(each["loc"]))}
    return [
        Problem(file, _place(entry, each["loc"], value), _sentence(each["type"], each.get("ctx", {})))
        for each in found
        # pydantic calls a list empty when none of its items could be read; the items are reported themselves
        if each["type"] != "too_short" or each["loc"] not in inside
    ]


def _place(entry: str, where: tuple[int | str, ...], value: object) -> str:
    names = [entry] if entry else []
    for part in where:
        if isinstance(part, int):
            value = value[part] if isinstance(value, Sequence) else None
            known = value.get("id") if isinstance(value, Mapping) else None
            names[-1] = known if isinstance(known, str) and known else f"{names[-1]} thứ {part + 1}"
        elif part == "[key]" or (isinstance(value, Mapping) and value.get("kind") == part):
            continue  # pydantic's own words in the path: a mistake in a key, the kind of a rule
        else:
            names.append(part)
            value = value.get(part) if isinstance(value, Mapping) else None
    return ".".join(names)


def _sentence(kind: str, context: Mapping[str, object]) -> str:
    values = {name: str(value).replace(" or ", ", ") for name, value in context.items()}
    return _SENTENCES.get(kind, "giá trị không hợp lệ.").format_map(values)
