"""Mistakes in data files are values, collected so that one look at the list mends them all."""

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
    "date_from_datetime_parsing": "phải là ngày dạng 2023-06-17.",
    "date_type": "phải là ngày dạng 2023-06-17, không để trong ngoặc kép.",
    "date_parsing": "phải là ngày có thật dạng 2023-06-17.",
    "int_type": "phải là số nguyên.",
    "int_parsing": "phải là số nguyên.",
    "float_type": "phải là số.",
    "string_type": "phải là chữ, đặt trong ngoặc kép.",
    "string_too_short": "không được để trống.",
    "string_pattern_mismatch": "chỉ dùng chữ thường không dấu, chữ số và dấu gạch ngang.",
    "too_short": "không được để trống.",
    "tuple_type": "phải là danh sách trong ngoặc vuông.",
    "bool_type": "phải là true hoặc false.",
    "union_tag_not_found": "thiếu mục kind (loại quy tắc).",
    "time_parsing": 'phải là giờ dạng "07:30".',
}


def problems_of(error: ValidationError, file: str, entry: str) -> list[Problem]:
    """Every mistake that pydantic found in one entry, as Vietnamese sentences."""
    return [
        Problem(file, ".".join([entry, *(str(part) for part in found["loc"])]), _sentence(found["type"], found))
        for found in error.errors(include_url=False, include_input=False)
    ]


def _sentence(kind: str, found: object) -> str:
    context = found.get("ctx", {}) if isinstance(found, dict) else {}
    if kind in {"literal_error", "enum"}:
        return f"giá trị không dùng được; các giá trị dùng được: {context.get('expected', '').replace(' or ', ', ')}."
    if kind == "union_tag_invalid":
        return f"loại quy tắc “{context.get('tag')}” không có; các loại: {context.get('expected_tags')}."
    if kind in {"greater_than_equal", "less_than_equal"}:
        limit = context.get("ge", context.get("le"))
        return f"phải {'từ' if 'ge' in context else 'không quá'} {limit}{' trở lên' if 'ge' in context else ''}."
    if kind == "value_error":
        return str(context.get("error", "giá trị không hợp lệ."))
    return _SENTENCES.get(kind, "giá trị không hợp lệ.")
