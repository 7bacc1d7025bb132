"""The figures of cases: each against a slow, obvious recount; how leaders and clerks get them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, delete
from sqlmodel import col

from jobs.case_stats import span_of
from plan_data.office import Office
from records.case_figures import CaseFigures, figures
from records.case_tables import CaseOfficerRow, CaseRow
from records.database import transaction
from records.people import add_person
from tests.builders import day, moment
from tests.databases import SqliteStock, open_for_test
from tests.exports import Row
from tests.test_case_commands import office_with_cases
from tests.town import Town
from wording.papers.case_sheet import harmless

FIRST, END = moment("05/06/2023 00:00"), moment("12/06/2023 00:00")
ALIVE = {"registered", "open", "last_step", "paused"}
DONE = {"finished", "handed_over"}
_moments = st.integers(-20, 20).map(lambda hours: moment("08/06/2023 12:00") + timedelta(hours=hours * 11))
HISTORIES = st.lists(
    st.builds(
        lambda received, due, finished, standing, officer, procedure, kind, gone, held, exempt, online: CaseRow(
            code="",
            kind=kind,
            procedure=procedure,
            field="",
            received_at=received,
            due_at=due,
            finished_at=finished if standing in DONE else None,
            status="",
            standing=standing,
            officer=officer,
            source="file",
            gone_at=gone,
            held_at=held,
            exempt_why=exempt,
            online=online,
        ),
        st.none() | _moments,
        st.none() | _moments,
        _moments,
        st.sampled_from(sorted({*ALIVE, *DONE, "refused", "withdrawn"})),
        st.sampled_from(["A", "B", ""]),
        st.sampled_from(["x", "y"]),
        st.sampled_from(["TTHC", "TTHC", "TTHC", "PAKN"]),
        st.sampled_from([None, None, None, FIRST]),
        st.sampled_from([None, None, FIRST]),
        st.sampled_from(["", "", "lỗi"]),
        st.sampled_from([None, True, False]),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def own_engine(sqlite: SqliteStock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with sqlite.copied("engine", tmp_path_factory.mktemp("figures")) as url:
        engine = open_for_test(url)
        with transaction(engine) as session:
            number = add_person(session, "Người thứ nhất", frozenset(), day("03/01/2023"))
            session.add(CaseOfficerRow(name="A", person_id=number))
        yield engine
        engine.dispose()


def recount(rows: Sequence[CaseRow], at: datetime) -> tuple[int, ...]:
    """One case after the other."""
    received = in_time = late = waiting = overdue = exempt = online = known = 0
    for row in rows:
        if row.kind != "TTHC" or row.gone_at is not None:
            continue
        if row.received_at is not None and FIRST <= row.received_at < END:
            received += 1
            known += row.online is not None
            online += row.online is True
        finished = row.finished_at if row.standing in DONE else None
        if finished is not None and finished < at:
            if FIRST <= finished < END:
                if row.due_at is None or finished <= row.due_at:
                    in_time += 1
                elif row.exempt_why:
                    in_time, exempt = in_time + 1, exempt + 1
                else:
                    late += 1
            continue
        if row.standing in {"refused", "withdrawn"} or (row.received_at is not None and row.received_at >= at):
            continue
        stands_still = row.standing == "paused" or row.held_at is not None
        if stands_still or row.due_at is None or row.due_at >= at:
            waiting += 1
        elif row.exempt_why:
            waiting, exempt = waiting + 1, exempt + 1
        else:
            overdue += 1
    return received, in_time, late, waiting, overdue, exempt, online, known


def numbers(found: CaseFigures) -> tuple[int, ...]:
    done, still = (found.done_in_time, found.done_late), (found.open_in_time, found.open_late)
    return (found.received, *done, *still, found.exempt, found.online, found.online_known)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HISTORIES, st.sampled_from([END, moment("08/06/2023 10:00")]))
def test_figures_are_what_counting_one_by_one_gives(own_engine: Engine, rows: list[CaseRow], at: datetime) -> None:
    kept = [CaseRow(**{**row.model_dump(), "code": f"H-{number}"}) for number, row in enumerate(rows)]
    with transaction(own_engine) as session:
        session.exec(delete(CaseRow).where(col(CaseRow.id).is_not(None)))
        session.add_all(CaseRow(**row.model_dump()) for row in kept)
        session.flush()
        (office,) = figures(session, FIRST, END, at)
        by_officer = {
            each.name if each.person is None else "A": numbers(each)
            for each in figures(session, FIRST, END, at, "officer")
        }
        by_procedure = {each.name: numbers(each) for each in figures(session, FIRST, END, at, "procedure")}
    assert numbers(office) == recount(kept, at)
    names = {row.officer for row in kept}
    expected = {name: recount([row for row in kept if row.officer == name], at) for name in names}
    assert {key: found for key, found in by_officer.items() if any(found)} == _some(expected)
    kinds = {row.procedure for row in kept}
    split = {kind: recount([row for row in kept if row.procedure == kind], at) for kind in kinds}
    assert {key: found for key, found in by_procedure.items() if any(found)} == _some(split)


def _some(counted: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Without those of whom nothing is counted: who has nothing to settle has no line."""
    return {key: found for key, found in counted.items() if any(found)}


@pytest.mark.parametrize(
    ("span", "on", "first", "last"),
    [
        ("week", "07/06/2023", "05/06/2023", "11/06/2023"),
        ("two_weeks", "15/04/2023", "02/04/2023", "15/04/2023"),
        ("two_weeks", "16/04/2023", "16/04/2023", "29/04/2023"),
        ("two_weeks", "10/06/2023", "28/05/2023", "10/06/2023"),
        ("month", "07/06/2023", "01/06/2023", "30/06/2023"),
        ("quarter", "07/06/2023", "01/04/2023", "30/06/2023"),
        ("year", "07/06/2023", "01/01/2023", "31/12/2023"),
    ],
)
def test_spans_are_those_of_the_calendar_and_of_the_plan(
    office: Office, span: str, on: str, first: str, last: str
) -> None:
    assert span_of(span, day(on), office) == (day(first), day(last))


LATE = Row("H32-1", due=moment("02/06/2023 17:00"))
DONE_LATE = Row("H32-2", due=moment("02/06/2023 17:00"), finished=moment("05/06/2023 07:30"), status="Đã trả kết quả")
FINE = Row("H32-3", finished=moment("02/06/2023 17:00"), status="Đã trả kết quả", officer="Cán bộ Một cửa",
           by_post="Qua bưu chính công ích")  # fmt: skip
OPEN = Row("H32-4", officer="Cán bộ Một cửa", online="Trực tiếp")
EXEMPT = Row("H32-5", due=moment("02/06/2023 17:00"), officer="Cán bộ Một cửa")


async def test_leader_reads_the_figures_with_the_targets_and_the_rule_of_ten_percent(town: Town) -> None:
    await office_with_cases(town, LATE, DONE_LATE, FINE, OPEN, EXEMPT)
    await town.says("cchc", "/ghihoso mien H32-5 phần mềm lỗi ngày 2/6")
    town.at("05/06/2023 09:00")
    shown = await town.says("lanh-dao", "/hoso thongke tháng")
    assert shown.text.splitlines() == [
        "📊 Hồ sơ trong tháng (1/6/2023 – 30/6/2023)",
        "• Tiếp nhận: 5",
        "• Giải quyết đúng hạn: 1; trễ hạn: 1",
        "• Đang giải quyết, còn hạn: 2; trễ hạn: 1",
        "• Tỷ lệ trễ: 40,00%",
        "Chỉ tiêu năm",
        "• III.11 Tỷ lệ trễ hạn dưới 0,5%: 40,00% 🔴",
        "• III.10 Chứng thực điện tử từ 20%: chưa có số liệu",
        "• VII.4 Thanh toán trực tuyến từ 15%: chưa có số liệu; nộp trực tuyến: 80,00% (4/5)",
        "• VII.6 Bưu chính công ích từ 5%: 20,00% (1/5) ✅",
        "Theo người xử lý",
        "• Công chức Tư pháp: trễ 2/2 (100,00%) ⚠️ không được xếp loại hoàn thành tốt",
        "• Cán bộ Một cửa: trễ 0/3 (0,00%)",
        "Thủ tục có hồ sơ trễ",
        "• Chứng thực bản sao từ bản chính: 2/5 trễ",
        "Không tính trễ vì lỗi phần mềm",
        "• H32-5: phần mềm lỗi ngày 2/6 (Công chức CCHC cho phép)",
        "(Theo tệp hồ sơ nhập lúc 08:00 hôm nay.)",
    ]
    rows = rows_of(shown.reply.attachments[0]["path"])
    assert rows[2] == ["Cơ quan", 5, 1, 1, 2, 1, 40]
    for role, words in (("tu-phap", "Lệnh này chỉ dành cho"), ("lanh-dao", "Thông tin chi tiết hồ sơ không nêu")):
        refused = await town.says(role, "/hoso thongke", in_group=role == "lanh-dao")
        assert refused.text.startswith(words)


def rows_of(path: str) -> list[list[object]]:
    return [list(row) for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()]


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@SUM(A1)", " =1"])
def test_text_that_begins_like_a_formula_is_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_other_text_stays_as_it_is() -> None:
    assert harmless("Chứng thực = sao y") == "Chứng thực = sao y"


async def test_week_goes_to_leaders_on_friday_and_two_weeks_to_leaders_and_clerk_on_monday(town: Town) -> None:
    await office_with_cases(town, replace(FINE, received=moment("02/06/2023 08:00")))
    sent = [each for each in await town.run_until("12/06/2023 09:00") if "📊" in each.text]
    assert sorted((f"{each.at:%d/%m %H:%M}", each.chat, each.text.splitlines()[0]) for each in sent) == [
        ("09/06 15:30", "chu-tich", "📊 Hồ sơ trong tuần (5/6/2023 – 11/6/2023)"),
        ("09/06 15:30", "lanh-dao", "📊 Hồ sơ trong tuần (5/6/2023 – 11/6/2023)"),
        ("12/06 07:30", "cchc", "📊 Hồ sơ trong hai tuần (28/5/2023 – 10/6/2023)"),
        ("12/06 07:30", "chu-tich", "📊 Hồ sơ trong hai tuần (28/5/2023 – 10/6/2023)"),
        ("12/06 07:30", "lanh-dao", "📊 Hồ sơ trong hai tuần (28/5/2023 – 10/6/2023)"),
    ]
