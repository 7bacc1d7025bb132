"""/away: who is not there, who stands in, what the substitute hears and may record."""

import pytest
from sqlalchemy import text

from records.absences import substitutes
from records.addresses import mark_unreachable
from records.audit import trail
from records.database import transaction
from records.people import roster, set_roles
from tests.builders import day
from tests.phone import button, labels
from tests.town import GROUP, Sent, Town

USAGE = "Ghi nhận: /vangmat 12/6 - 16/6 thay: Nguyễn Văn A"
USAGE_FOR_OTHERS = "Ghi nhận cho người khác, bằng số của cán bộ: /vangmat 5 12/6 - 16/6 thay: 7"
LAWYER, FINANCE, ONE_STOP = "Công chức Tư pháp", "Công chức Tài chính", "Cán bộ Một cửa"


def notices(town: Town, chat: str) -> list[str]:
    """What the chat was told about absences."""
    return [sent.text for sent in town.said_to(chat) if sent.kind == "news" and "vắng" in sent.text]


def pushes(sent: list[Sent]) -> list[str]:
    """Who was reminded."""
    return [each.chat for each in sent if each.kind == "push"]


def line_about(sent: list[Sent], chat: str, code: str) -> str:
    """The two lines of a digest that speak of a task."""
    lines = next(each.text.splitlines() for each in sent if each.chat == chat and each.kind == "push")
    start = next(number for number, line in enumerate(lines) if line.startswith(f"• {code} "))
    return "\n".join(lines[start : start + 2])


def shares(town: Town, task: str) -> list[tuple[int, int]]:
    """Whose share of the June report is done, and who recorded it."""
    query = (
        "SELECT share_of, recorded_by FROM completion JOIN deadline ON deadline.id = deadline_id "
        f"WHERE task = '{task}' AND period LIKE '2023-06%' ORDER BY completion.id"
    )
    with transaction(town.engine) as session:
        return [(row[0], row[1]) for row in session.connection().execute(text(query))]


def standing_in(town: Town, when: str) -> dict[int, int]:
    with transaction(town.engine) as session:
        return substitutes(session, day(when))


async def test_person_enters_the_own_absence_and_the_substitute_is_told(town: Town) -> None:
    answer = await town.says("tu-phap", "/vangmat 12/6 - 16/6 thay: Công chức Tài chính")
    assert answer.text.splitlines() == [
        "🏖 Đã ghi nhận anh/chị vắng từ 12/6 đến hết 16/6.",
        "Trong thời gian đó lời nhắc việc của anh/chị gửi cho Công chức Tài chính, người này ghi nhận thay được.",
    ]
    assert labels(answer) == [["❌ Hủy"]]
    assert notices(town, "tai-chinh") == [
        "🤝 Anh/chị thay Công chức Tư pháp\nCông chức Tư pháp vắng từ 12/6 đến hết 16/6. Trong thời gian đó lời nhắc "
        "việc của Công chức Tư pháp gửi cho anh/chị; việc nào đã làm, anh/chị ghi nhận thay bằng /xong kèm mã."
    ]
    assert notices(town, "tu-phap") == []
    assert [standing_in(town, each) for each in ("11/06/2023", "12/06/2023", "16/06/2023", "17/06/2023")] == [
        {},
        {3: 4},
        {3: 4},
        {},
    ]
    with transaction(town.engine) as session:
        detail = {"person": 3, "first_day": "2023-06-12", "last_day": "2023-06-16", "substitute": 4}
        assert [entry[1:] for entry in trail(session)] == [(3, "away", "absence:1", detail)]


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("12/6 - 16/6", "12/06/2023", "16/06/2023"),
        ("12-16/6", "12/06/2023", "16/06/2023"),
        ("từ ngày 12/6 đến hết ngày 16/6", "12/06/2023", "16/06/2023"),
        ("tu 12.6 den 16.6.2023", "12/06/2023", "16/06/2023"),
        ("12/6/2023–16/6/2023 nghỉ phép", "12/06/2023", "16/06/2023"),
        ("12/6", "12/06/2023", "12/06/2023"),
        ("hôm nay", "01/06/2023", "01/06/2023"),
        ("mai", "02/06/2023", "02/06/2023"),
        ("từ mai đến 5/6", "02/06/2023", "05/06/2023"),
        ("28/12 - 3/1", "28/12/2023", "03/01/2024"),
        ("30/5 - 5/6", "30/05/2023", "05/06/2023"),
    ],
)
async def test_days_are_understood_as_people_write_them(town: Town, words: str, first: str, last: str) -> None:
    await town.says("tu-phap", f"/vangmat {words} thay: tài chính")
    with transaction(town.engine) as session:
        row = session.connection().execute(text("SELECT first_day, last_day, substitute_id FROM absence")).one()
    assert [str(each) for each in row] == [day(first).isoformat(), day(last).isoformat(), "4"]


@pytest.mark.parametrize("words", ["thay: 4", "thay 4", "người thay: Tài chính", "THAY THẾ: cong chuc tai chinh"])
async def test_substitute_is_named_by_number_or_name(town: Town, words: str) -> None:
    await town.says("tu-phap", f"/vangmat 12/6 {words}")
    assert standing_in(town, "12/06/2023") == {3: 4}


async def test_clerk_enters_the_absence_of_others_who_are_told(town: Town) -> None:
    answer = await town.says("cchc", "/vangmat 3 12/6 - 16/6 thay: 4")
    assert answer.text.splitlines() == [
        "🏖 Đã ghi nhận Công chức Tư pháp vắng từ 12/6 đến hết 16/6.",
        "Trong thời gian đó lời nhắc việc của Công chức Tư pháp gửi cho Công chức Tài chính, "
        "người này ghi nhận thay được.",
    ]
    assert notices(town, "tu-phap") == [
        "🏖 Công chức CCHC đã ghi nhận anh/chị vắng từ 12/6 đến hết 16/6. Công chức Tài chính nhận lời nhắc thay.\n"
        "Nếu chưa đúng: /vangmat huy 1"
    ]
    assert len(notices(town, "tai-chinh")) == 1


async def test_absence_without_a_substitute_changes_nothing(town: Town) -> None:
    answer = await town.says("tu-phap", "/vangmat 12/6 - 16/6")
    assert answer.text.splitlines() == [
        "🏖 Đã ghi nhận anh/chị vắng từ 12/6 đến hết 16/6.",
        "Chưa có người thay nên lời nhắc vẫn gửi cho anh/chị. Thêm người thay: hủy rồi gửi lại kèm thay: Họ tên.",
    ]
    assert "tu-phap" in pushes(await town.at("12/06/2023 07:30").tick())


async def test_mistakes_are_refused_with_what_to_do(town: Town) -> None:
    await town.says("tai-chinh", "/vangmat 14/6")
    await town.says("cchc", "/canbo 6 nghi")
    no_days = (
        "Anh/chị cho biết vắng từ ngày nào đến ngày nào và ai thay. Ví dụ: /vangmat 12/6 - 16/6 thay: Nguyễn Văn A"
    )
    commands = {
        "/vangmat thay: Tài chính": no_days,
        "/vangmat 31/6 thay: Tài chính": no_days,
        "/vangmat 1/1/1": no_days,
        "/vangmat 16/6/2023 - 12/6/2023": "Ngày cuối (12/6/2023) trước ngày đầu (16/6/2023). "
        "Anh/chị kiểm tra lại rồi gửi lại.",
        "/vangmat 29/5 - 30/5": "Ngày 30/5/2023 đã qua. Anh/chị kiểm tra lại ngày, ghi cả năm nếu cần, rồi gửi lại.",
        "/vangmat 12/6/2023 - 12/6/2024": "Mỗi lần ghi nhận vắng nhiều nhất 200 ngày. Anh/chị kiểm tra lại ngày rồi "
        "gửi lại.",
        "/vangmat 12/6 thay: Tư pháp": "Người thay phải là người khác. Anh/chị gửi lại kèm tên người thay.",
        "/vangmat 12/6 - 16/6 thay: 4": "Công chức Tài chính cũng vắng ngày 14/6. Anh/chị chọn người thay khác rồi "
        "gửi lại.",
        "/vangmat 12/6 thay: Một cửa": "Không có cán bộ “Một cửa” đang làm việc. "
        "Anh/chị kiểm tra lại tên hoặc số của cán bộ.",
        "/vangmat 4 12/6": "Anh/chị chỉ ghi nhận vắng mặt của mình, không cần gõ số cán bộ. Ghi nhận cho người khác: "
        "nhờ công chức CCHC.",
        "/vangmat huy 1": "Không có lịch vắng số 1 của anh/chị. Gửi /vangmat để xem danh sách.",
        f"/vangmat huy {'9' * 300}": f"Không có lịch vắng số {'9' * 19}… của anh/chị. Gửi /vangmat để xem danh sách.",
        "/vangmat huy": "Không có lịch vắng số đó của anh/chị. Gửi /vangmat để xem danh sách.",
    }
    assert {command: (await town.says("tu-phap", command)).text for command in commands} == commands
    assert (await town.says("cchc", "/vangmat 99 12/6")).text == (
        "Không có cán bộ số 99. Anh/chị gửi /canbo để xem danh sách."
    )
    assert (await town.says("tai-chinh", "/vangmat 12/6 - 20/6")).text == (
        "Anh/chị đã có lịch vắng ngày 14/6. Muốn đổi, hủy lịch đó trước: /vangmat huy 1"
    )


async def test_absences_are_listed_for_those_concerned_and_for_those_who_run_the_office(town: Town) -> None:
    await town.says("tu-phap", "/vangmat 12/6 - 16/6 thay: tài chính")
    await town.says("cchc", "/vangmat 6 1/6")
    lawyer = "1. Công chức Tư pháp: từ 12/6 đến hết 16/6 · thay: Công chức Tài chính"
    clerk_list = await town.says("cchc", "/vangmat")
    assert clerk_list.text.splitlines() == [
        "🏖 Vắng mặt",
        "2. Cán bộ Một cửa: ngày 1/6 · chưa có người thay",
        lawyer,
        USAGE,
        USAGE_FOR_OTHERS,
    ]
    assert labels(clerk_list) == [["❌ Hủy số 2", "❌ Hủy số 1"]]
    for role in ("tu-phap", "tai-chinh"):
        assert (await town.says(role, "/vangmat")).text.splitlines() == ["🏖 Vắng mặt", lawyer, USAGE]
    assert (await town.says("van-hoa", "/vangmat")).text.splitlines() == [
        "Anh/chị chưa ghi nhận vắng mặt sắp tới.",
        USAGE,
    ]
    assert "• màn hình · vắng đến hết 1/6" in (await town.says("cchc", "/canbo")).text.replace(" · màn", " • màn")
    assert len((await town.at("20/06/2023 08:00").says("cchc", "/vangmat")).text.splitlines()) == 3


async def test_absence_is_cancelled_by_the_person_or_the_clerk(town: Town) -> None:
    answer = await town.says("tu-phap", "/vangmat 12/6 - 16/6 thay: tài chính")
    refused = await town.says("tai-chinh", "/vangmat hủy 1")
    assert refused.text == "Không có lịch vắng số 1 của anh/chị. Gửi /vangmat để xem danh sách."
    assert (await town.says("tu-phap", button(answer, "Hủy"))).text == (
        "✅ Đã hủy: anh/chị không vắng từ 12/6 đến hết 16/6 nữa. Lời nhắc lại gửi cho anh/chị."
    )
    assert notices(town, "tai-chinh")[-1] == (
        "🤝 Anh/chị không cần thay Công chức Tư pháp (từ 12/6 đến hết 16/6) nữa: lịch vắng đã được hủy."
    )
    assert standing_in(town, "12/06/2023") == {}
    await town.says("tu-phap", "/vangmat 12/6")
    assert (await town.says("cchc", "/vangmat huy 2")).text == (
        "✅ Đã hủy: Công chức Tư pháp không vắng ngày 12/6 nữa. Lời nhắc lại gửi cho Công chức Tư pháp."
    )
    assert (await town.says("cchc", "/vangmat huy 2")).text.startswith("Không có lịch vắng số 2")
    with transaction(town.engine) as session:
        cancelled = [(who, subject) for _, who, action, subject, _ in trail(session) if action == "away_cancelled"]
    assert cancelled == [(3, "absence:1"), (1, "absence:2")]


async def test_substitute_hears_the_reminders_once_and_for_whom(town: Town) -> None:
    await town.says("tu-phap", "/vangmat 12/6 - 16/6 thay: 7")
    said = await town.at("13/06/2023 07:30").tick()
    reminded = [sent.chat for sent in said if sent.text.startswith("🔔")]
    assert sorted(set(reminded)) == sorted(reminded)
    assert "tu-phap" not in pushes(said)
    assert line_about(said, "khong-chuyen-trach", "III.1") == (
        "• III.1 Báo cáo kết quả rà soát TTHC quý II/2023\n"
        "  chậm nhất thứ Bảy 17/6 (ngày nghỉ, nên xong trong thứ Sáu 16/6) · còn 3 ngày làm việc · "
        "anh/chị thay Công chức Tư pháp"
    )
    assert await town.tick() == []


async def test_substitute_who_owes_the_same_hears_it_once(town: Town) -> None:
    await town.says("tu-phap", "/vangmat 12/6 - 16/6 thay: tài chính")
    said = await town.at("13/06/2023 07:30").tick()
    assert [each for each in pushes(said) if each in {"tu-phap", "tai-chinh"}] == ["tai-chinh"]
    assert line_about(said, "tai-chinh", "III.1").endswith("còn 3 ngày làm việc · anh/chị thay Công chức Tư pháp")
    assert line_about(said, GROUP, "III.1").endswith("Cán bộ, công chức chuyên môn · 0/5 người đã xong")


async def test_reminders_come_back_with_the_person(town: Town) -> None:
    await town.says("tu-phap", "/vangmat 12/6 - 16/6 thay: 7")
    said = await town.at("19/06/2023 07:30").tick()
    assert "tu-phap" in pushes(said)
    assert line_about(said, "tu-phap", "III.1").splitlines()[0] == "• III.1 Báo cáo kết quả rà soát TTHC quý II/2023"


async def test_person_hears_it_when_the_substitute_cannot_be_reached_or_has_left(town: Town) -> None:
    await town.says("tu-phap", "/vangmat 12/6 - 16/6 thay: 7")
    with transaction(town.engine) as session:
        mark_unreachable(session, "console", "khong-chuyen-trach", "đã chặn bot")
    assert "tu-phap" in pushes(await town.at("13/06/2023 07:30").tick())
    await town.says("cchc", "/canbo 7 nghi")
    assert standing_in(town, "13/06/2023") == {}


async def test_substitute_who_is_away_hands_on_to_their_own(town: Town) -> None:
    await town.says("tu-phap", "/vangmat 12/6 - 16/6 thay: tài chính")
    await town.says("tai-chinh", "/vangmat 14/6 - 15/6 thay: văn hóa")
    assert [standing_in(town, f"{each}/06/2023") for each in (13, 14, 16)] == [{3: 4}, {3: 5, 4: 5}, {3: 4}]
    with transaction(town.engine) as session:
        session.connection().execute(text("UPDATE absence SET substitute_id = 3 WHERE person_id = 4"))
    assert standing_in(town, "14/06/2023") == {}


async def test_leaders_hear_for_each_other_but_staff_do_not_hear_what_is_for_leaders(town: Town) -> None:
    await town.says("lanh-dao", "/vangmat 20/6 - 30/6 thay: tài chính")
    said = await town.run_until("20/06/2023 08:00")
    assert [each.chat for each in said if "BÁO CÁO LÃNH ĐẠO" in each.text and each.at.day == 20] != []
    assert "tai-chinh" not in [each.chat for each in said if "BÁO CÁO LÃNH ĐẠO" in each.text]
    await town.says("lanh-dao", "/vangmat huy 1")
    await town.says("lanh-dao", "/vangmat 21/6 - 30/6 thay: 9")
    later = await town.run_until("23/06/2023 08:00")
    told = {each.chat for each in later if "BÁO CÁO LÃNH ĐẠO" in each.text and each.at.day > 20}
    assert told == {"chu-tich"}


async def test_substitute_records_the_whole_on_behalf(town: Town) -> None:
    await town.says("cchc", "/vangmat 12/6 - 16/6 thay: tư pháp")
    before = await town.says("tu-phap", "/xong I.3 H1")
    assert before.text.startswith("Nhiệm vụ I.3 do Văn phòng - Thống kê (CCHC): Công chức CCHC phụ trách")
    town.at("13/06/2023 08:00")
    assert "I.3 " in (await town.says("tu-phap", "/viec")).text
    answer = await town.says("tu-phap", "/xong I.3 H1 số 45/BC-UBND")
    assert answer.text.splitlines() == [
        "✅ Đã ghi nhận hoàn thành: I.3 Báo cáo CCHC 6 tháng đầu năm 2023",
        "Ngày hoàn thành: 13/6/2023, đúng hạn.",
        "Công chức Tư pháp ghi nhận thay cho Công chức CCHC.",
        "Văn bản: 45/BC-UBND.",
    ]
    assert (await town.says("tu-phap", button(answer, "Hoàn tác"))).text.startswith("↩️ Đã hoàn tác: I.3")


async def test_substitute_records_the_share_of_who_is_away(town: Town) -> None:
    await town.says("tu-phap", "/vangmat 12/6 - 16/6 thay: tài chính")
    town.at("13/06/2023 08:00")
    own = await town.says("tai-chinh", "/xong B.2")
    assert own.text.splitlines()[2:] == [
        "Phần của Công chức Tài chính.",
        "Còn 6 người chưa xong.",
        "Anh/chị đang thay Công chức Tư pháp: chọn mục dưới đây nếu phần đó cũng đã xong.",
    ]
    again = await town.says("tai-chinh", "/xong B.2")
    assert again.text.splitlines()[-1] == own.text.splitlines()[-1]
    other = await town.says("tai-chinh", button(own, "Phần của Công chức Tư pháp"))
    assert other.text.splitlines()[2:] == [
        "Phần của Công chức Tư pháp, Công chức Tài chính ghi nhận thay.",
        "Còn 5 người chưa xong.",
    ]
    assert shares(town, "B.2") == [(4, 4), (3, 4)]
    assert "Phần của" not in str(labels(await town.says("tai-chinh", "/xong B.2")))


async def test_substitute_names_the_absent_colleague_and_nobody_else(town: Town) -> None:
    await town.says("tu-phap", "/vangmat 12/6 - 16/6 thay: tài chính")
    town.at("13/06/2023 08:00")
    await town.says("tai-chinh", "/xong B.2 công chức tư pháp")
    assert shares(town, "B.2") == [(3, 4)]
    await town.says("tai-chinh", "/xong B.2 Cán bộ Một cửa")
    await town.says("tai-chinh", "/xong B.2 thay 6")
    assert shares(town, "B.2") == [(3, 4), (4, 4)]


async def test_substitute_who_owes_nothing_records_the_one_share_there_is(town: Town) -> None:
    await town.says("tu-phap", "/vangmat 12/6 - 16/6 thay: 9")
    town.at("13/06/2023 08:00")
    answer = await town.says("chu-tich", "/xong B.2")
    assert "Phần của Công chức Tư pháp, Chủ tịch phường ghi nhận thay." in answer.text.splitlines()
    assert shares(town, "B.2") == [(3, 9)]


async def test_digest_of_the_substitute_is_ticked_when_both_shares_are_done(town: Town) -> None:
    await town.says("tu-phap", "/vangmat 12/6 - 16/6 thay: tài chính")
    await town.at("13/06/2023 07:30").tick()
    own = await town.says("tai-chinh", "/xong III.1 Q2")
    assert _edited(town) == []
    await town.says("tai-chinh", button(own, "Phần của"))
    assert "✅ III.1 Báo cáo kết quả rà soát TTHC quý II/2023: đã xong thứ Ba 13/6" in (
        _edited(town)[-1].text.splitlines()
    )


def _edited(town: Town) -> list[Sent]:
    """The digest of the substitute as it stands now."""
    return [each for each in town.channel.edits if each.chat == "tai-chinh"][-1:]


async def test_leader_nudges_the_substitute(town: Town) -> None:
    await town.says("tu-phap", "/vangmat 12/6 - 30/6 thay: 7")
    await town.at("23/06/2023 08:30").tick()
    answer = await town.says("lanh-dao", "/dondoc II.1")
    assert "Công chức Tư pháp" not in answer.text
    nudged = [each.chat for each in town.channel.sent if each.kind == "nudge"]
    assert nudged == ["khong-chuyen-trach"]


async def test_roles_of_the_absent_person_end_with_the_absence(town: Town) -> None:
    await town.says("cchc", "/vangmat 12/6 - 16/6 thay: tư pháp")
    refused = await town.at("17/06/2023 08:00").says("tu-phap", "/xong III.16 Q2")
    assert refused.text.startswith("Nhiệm vụ III.16 do Văn phòng - Thống kê (CCHC): Công chức CCHC phụ trách")
    with transaction(town.engine) as session:
        set_roles(session, 3, frozenset({"tu-phap", "cchc"}))
        assert [person.id for person in roster(session, town.office.plans).clerks] == [1, 3]
