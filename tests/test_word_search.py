"""Finding a task by words of its title, against the real plan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.word_search import Index
from plan_data.loading import load

INDEX = Index(
    {
        task.code: ((task.short, *(rule.label for rule in task.rules)), task.title)
        for _, task in load(["2023-phuoc-hai"])[0].tasks()
    }
)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("giải ngân", "VI.1"),
        ("GIAI NGAN VON", "VI.1"),
        ("báo cáo kiểm soát TTHC", "III.16"),
        ("báo cáo kiểm soát thủ tục hành chính", "III.16"),
        ("sáng kiến", "I.4"),
        ("chữ ký số", "VII.2"),
        ("iso", "VII.9"),
        ("chuyển đổi số", "VII.7"),
        ("tài sản công", "VI.4"),
        ("mức độ hài lòng", "VIII.1"),
        ("bưu chính", "VII.6"),
        ("kiểm tra ngẫu nhiên", "III.8"),
        ("báo cáo kết quả nhiệm vụ", "B.2"),
        ("tổ dân phố", "IV.1"),
        ("thống kê hồ sơ", "III.12"),
        ("kiem tra ngau nhien ho so", "III.8"),
        ("sang kiên", "I.4"),
    ],
)
def test_words_that_only_one_task_has_are_clear(words: str, code: str) -> None:
    found = INDEX.find(words)
    assert (found[0][0], INDEX.is_clear(found)) == (code, True)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("tiết kiệm", {"VI.2", "VI.3"}),
        ("phản ánh kiến nghị", {"III.14", "III.15"}),
        ("báo cáo cải cách hành chính", {"I.1", "I.3"}),
        ("báo cáo", {"I.3", "III.16"}),
        ("TTHC", {"III.2", "III.16"}),
    ],
)
def test_words_that_several_tasks_have_are_not_clear(words: str, codes: set[str]) -> None:
    found = INDEX.find(words)
    assert not INDEX.is_clear(found)
    assert codes <= {code for code, _ in found}


@pytest.mark.parametrize("words", ["", "   ", "xyz", "biên chế", "?!", "👍", "a", "liên hoan cuối năm ở biển"])
def test_words_that_no_task_has_find_nothing(words: str) -> None:
    assert INDEX.find(words) == []
    assert not INDEX.is_clear([])


def test_one_common_syllable_is_not_enough_to_be_sure() -> None:
    assert not INDEX.is_clear(INDEX.find("tham nhũng"))


def test_index_of_nothing_finds_nothing() -> None:
    assert Index({}).find("báo cáo") == []


@given(st.text(max_size=100))
def test_no_text_is_too_odd_to_search_for(text: str) -> None:
    scores = [score for _, score in INDEX.find(text)]
    assert scores == sorted(scores, reverse=True)
    assert all(50 <= score <= 100.01 for score in scores)
