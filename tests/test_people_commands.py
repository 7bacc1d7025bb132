"""/people: the roster; adding, changing, retiring, coming back; lists of people; who cannot be reached."""

import pytest
from sqlalchemy import text

from jobs.channel import SendFailed
from records.addresses import mark_unreachable
from records.audit import set_mark, trail
from records.database import transaction
from records.people import add_person, roster
from tests.builders import day
from tests.phone import Phone, button, labels
from tests.town import GROUP, Town
from wording.refusals import STRANGER

HINT = "Xem một người: /canbo 5. Thêm: /canbo them Họ và tên; vị trí. Nhập danh sách: /canbo nhap."


def roles_of(town: Town, number: int) -> set[str]:
    with transaction(town.engine) as session:
        person = roster(session, town.office.plans).get(number)
        assert person is not None
        return set(person.roles)


def on_record(town: Town, action: str) -> list[tuple[int | None, str, dict[str, object]]]:
    with transaction(town.engine) as session:
        return [(who, subject, detail) for _, who, each, subject, detail in trail(session) if each == action]


async def refused(town: Town, *commands: str) -> list[str]:
    return [(await town.says("cchc", command)).text for command in commands]


async def test_roster_shows_number_name_roles_and_channels(town: Town) -> None:
    Phone(town).seat("tu-phap")
    with transaction(town.engine) as session:
        add_person(session, "Nguyễn Văn A", frozenset({"mot-cua", "tu-phap"}), day("01/06/2023"))
        mark_unreachable(session, "console", "mot-cua", "đã chặn bot")
        set_mark(session, "deep_link|telegram", "https://t.me/PhuocHaiBot?start=")
    assert (await town.says("cchc", "/canbo")).text.splitlines() == [
        "👥 Cán bộ: 10 người",
        "1. Công chức CCHC: Văn phòng - Thống kê (CCHC) · màn hình",
        "2. Công chức Văn phòng: Văn phòng - Thống kê (Văn phòng) · màn hình",
        "3. Công chức Tư pháp: Tư pháp - Hộ tịch · Telegram, màn hình",
        "4. Công chức Tài chính: Tài chính - Kế toán · màn hình",
        "5. Công chức Văn hóa: Văn hóa - Xã hội (VHTT) · màn hình",
        "6. Cán bộ Một cửa: Bộ phận Một cửa · ⚠️ không liên lạc được: đã chặn bot",
        "7. Người không chuyên trách: Không chuyên trách · màn hình",
        "8. Lãnh đạo phường: Lãnh đạo phường · màn hình",
        "9. Chủ tịch phường: Chủ tịch · màn hình",
        "10. Nguyễn Văn A: Tư pháp - Hộ tịch, Bộ phận Một cửa · ⚠️ chưa từng liên lạc được",
        "",
        "Người chưa liên lạc được: cấp mã bằng /canbo kèm số và chữ ma, ví dụ /canbo 5 ma.",
        "Đường dẫn mở bot để gửi cho họ: https://t.me/PhuocHaiBot",
        "",
        HINT,
    ]


async def test_roster_is_shown_in_pages_with_those_who_left_at_the_end(town: Town) -> None:
    await town.says("cchc", "/canbo 2 nghi")
    with transaction(town.engine) as session:
        for number in range(10, 22):
            add_person(session, f"Cán bộ {number}", frozenset({"mot-cua"}), day("01/06/2023"))
    first = await town.says("cchc", "/canbo")
    assert (first.text.splitlines()[0], labels(first)) == ("👥 Cán bộ: 20 người (trang 1/3)", [["Trang sau ▶️"]])
    second = await town.says("cchc", button(first, "Trang sau"))
    assert labels(second) == [["◀️ Trang trước", "Trang sau ▶️"]]
    third = await town.says("cchc", button(second, "Trang sau"))
    assert third.text.splitlines()[:2] == ["👥 Cán bộ: 20 người (trang 3/3)", "2. Công chức Văn phòng: đã nghỉ"]
    assert (await town.says("cchc", "/canbo trang 99")).text == third.text


async def test_one_person_is_shown_by_number_and_by_name(town: Town) -> None:
    shown = await town.says("cchc", "/canbo 3")
    assert shown.text.splitlines() == [
        "3. Công chức Tư pháp",
        "Vị trí: Tư pháp - Hộ tịch",
        "Từ ngày: 3/1/2023",
        "Kênh: màn hình",
        "Đổi vị trí: /canbo 3 vitri tư pháp, một cửa",
        "Đổi tên: /canbo 3 ten Họ tên mới",
        "Cho nghỉ: /canbo 3 nghi",
    ]
    assert labels(shown) == [["🔑 Cấp mã"]]
    assert [
        (await town.says("cchc", f"/canbo {words}")).text for words in ("#3", "cong chuc tu phap", "Tư pháp")
    ] == [shown.text] * 3
    assert await refused(town, "/canbo 99", "/canbo Không Có Ai", "/canbo công chức") == [
        "Không có cán bộ số 99. Anh/chị gửi /canbo để xem danh sách.",
        "Không có cán bộ “Không Có Ai” đang làm việc. Anh/chị kiểm tra lại tên hoặc số của cán bộ.",
        "Có nhiều cán bộ tên “công chức”: Công chức CCHC (số 1), Công chức Văn phòng (số 2), "
        "Công chức Tư pháp (số 3), Công chức Tài chính (số 4), Công chức Văn hóa (số 5). "
        "Anh/chị gõ số của cán bộ thay cho tên.",
    ]


@pytest.mark.parametrize(
    ("typed", "roles"),
    [
        ("tư pháp, một cửa", {"tu-phap", "mot-cua"}),
        ("tu-phap", {"tu-phap"}),
        ("Công chức Tư pháp - Hộ tịch", {"tu-phap"}),
        ("Cán bộ, công chức tại Bộ phận Một cửa, tài chính", {"mot-cua", "tai-chinh"}),
        ("hộ tịch; PAKN", {"tu-phap", "pakn"}),
        ("CCHC", {"cchc"}),
        ("", set()),
    ],
)
async def test_person_is_added_with_roles_as_people_name_them(town: Town, typed: str, roles: set[str]) -> None:
    added = await town.says("cchc", f"/canbo thêm  Nguyễn  Văn A; {typed}")
    assert added.text.splitlines()[0].startswith("✅ Đã thêm cán bộ số 10: Nguyễn Văn A (")
    assert button(added, "Cấp mã") == "/canbo 10 ma"
    assert roles_of(town, 10) == roles
    assert on_record(town, "person_added") == [
        (1, "person:10", {"name": "Nguyễn Văn A", "roles": sorted(roles)}),
    ]


async def test_mistakes_in_adding_are_refused_with_what_to_do(town: Town) -> None:
    known = (
        "Chưa rõ vị trí “thống kê kế toán”, “gì đó”. Các vị trí: Chủ tịch; Lãnh đạo phường; "
        "Văn phòng - Thống kê (CCHC); Văn phòng - Thống kê (Văn phòng); Văn phòng - Thống kê (Thư ký ISO); "
        "Văn phòng - Thống kê; Tư pháp - Hộ tịch; Tài chính - Kế toán; Văn hóa - Xã hội (VHTT); Bộ phận Một cửa; "
        "Theo dõi PAKN; Cán bộ, công chức chuyên môn; Không chuyên trách."
    )
    await town.says("cchc", "/canbo 6 nghi")
    assert await refused(
        town,
        "/canbo them",
        "/canbo them 123; tư pháp",
        "/canbo them Nguyễn Văn A; thống kê kế toán, gì đó",
        "/canbo them cong chuc tu phap",
        "/canbo them Cán bộ Một cửa",
    ) == [
        "Còn thiếu họ tên. Anh/chị gõ đầy đủ họ và tên, ví dụ: Nguyễn Văn A.",
        "“123” chưa phải là họ tên. Anh/chị gõ đầy đủ họ và tên, ví dụ: Nguyễn Văn A.",
        known,
        "Đã có cán bộ số 3 tên Công chức Tư pháp. Xem người này: /canbo 3; nếu là người khác trùng tên, thêm chữ để "
        "phân biệt, ví dụ: Nguyễn Văn A (Tư pháp).",
        "Đã có cán bộ số 6 tên Cán bộ Một cửa. Nếu đây là người cũ trở lại, gửi /canbo 6 lai; nếu là người khác "
        "trùng tên, thêm chữ để phân biệt, ví dụ: Nguyễn Văn A (Tư pháp).",
    ]
    assert on_record(town, "person_added") == []


@pytest.mark.parametrize("verb", ["vitri", "vi tri", "Vị trí", "roles"])
async def test_roles_are_replaced(town: Town, verb: str) -> None:
    assert (await town.says("cchc", f"/canbo 3 {verb} một cửa, tài chính")).text == (
        "✅ Vị trí của Công chức Tư pháp: Tài chính - Kế toán, Bộ phận Một cửa (trước đây: Tư pháp - Hộ tịch)."
    )
    assert roles_of(town, 3) == {"mot-cua", "tai-chinh"}
    assert on_record(town, "person_roles") == [
        (1, "person:3", {"old": ["tu-phap"], "new": ["mot-cua", "tai-chinh"]}),
    ]


async def test_name_is_changed(town: Town) -> None:
    assert (await town.says("cchc", "/canbo 3 tên Nguyễn Văn A")).text == (
        "✅ Đã đổi tên Công chức Tư pháp thành Nguyễn Văn A."
    )
    assert (await town.says("cchc", "/canbo 3 ten Cán bộ một cửa")).text.startswith("Đã có cán bộ số 6")
    assert on_record(town, "person_renamed") == [
        (1, "person:3", {"old": "Công chức Tư pháp", "new": "Nguyễn Văn A"}),
    ]


async def test_what_to_do_may_come_before_the_number(town: Town) -> None:
    assert (await town.says("cchc", "/canbo ten 3 Nguyễn Văn A")).text == (
        "✅ Đã đổi tên Công chức Tư pháp thành Nguyễn Văn A."
    )


async def test_words_after_the_number_that_mean_nothing_are_refused(town: Town) -> None:
    usage = (
        "Bot chưa hiểu cần làm gì với cán bộ số 3. Cách dùng: /canbo 3 vitri tư pháp, một cửa · "
        "/canbo 3 ten Họ tên mới · /canbo 3 ma · /canbo 3 thuhoi · /canbo 3 nghi · /canbo 3 lai"
    )
    assert await refused(town, "/canbo 3 gì đó", "/canbo 3 vitri") == [usage, usage]


async def test_retired_person_is_a_stranger_at_once_and_what_was_done_stays(town: Town) -> None:
    await town.says("tu-phap", "/xong B.2")
    assert (await town.says("cchc", "/canbo 3 nghỉ")).text.splitlines() == [
        "✅ Đã ghi nhận Công chức Tư pháp nghỉ. Từ phút này bot không gửi gì cho Công chức Tư pháp nữa; "
        "những việc đã ghi nhận vẫn được giữ.",
        "Nếu Công chức Tư pháp trở lại: /canbo 3 lai",
    ]
    assert (await town.says("tu-phap", "/viec")).text == STRANGER
    assert (await town.says("tu-phap", "/batdau")).text == STRANGER
    assert "Công chức Tư pháp ghi nhận" in (await town.says("cchc", "/tinhhinh B.2")).text
    assert on_record(town, "person_retired") == [(1, "person:3", {"dropped": 0})]
    assert (await town.says("cchc", "/canbo 3")).text.splitlines() == [
        "3. Công chức Tư pháp",
        "Đã nghỉ; bot không gửi gì cho người này. Trở lại làm việc: /canbo 3 lai",
    ]


async def test_what_waits_for_a_retired_person_is_dropped_and_nothing_more_is_written_or_edited(town: Town) -> None:
    phone = Phone(town).seat("tu-phap", "mot-cua")
    await town.at("19/06/2023 07:30").tick()
    phone.channel.failures = [SendFailed("mạng chậm")]
    await phone.courier.deliver()
    waiting = "SELECT chat FROM outbox WHERE channel = 'telegram' AND state = 'pending'"
    sent = [each.chat for each in phone.channel.sent]
    assert sorted([*sent, *_column(town, waiting)]) == ["mot-cua", "tu-phap"]
    for number in (3, 6):
        await town.says("cchc", f"/canbo {number} nghi")
    assert _column(town, waiting) == []
    assert _column(town, "SELECT error FROM outbox WHERE channel = 'telegram' AND state = 'dropped'") == ["đã nghỉ"]
    await town.says("cchc", "/xong III.16 Q2")
    await town.says("chu-tich", "/xong B.1")
    await town.run_until("22/06/2023 16:00")
    await phone.courier.deliver()
    assert [each.chat for each in phone.channel.sent] == sent
    assert phone.channel.edits == []


def _column(town: Town, query: str) -> list[str]:
    with transaction(town.engine) as session:
        return [row[0] for row in session.connection().execute(text(query))]


async def test_duty_of_everybody_is_complete_when_only_those_who_left_were_missing(town: Town) -> None:
    town.at("21/06/2023 08:00")
    for role in ("cchc", "van-phong", "tai-chinh", "van-hoa", "mot-cua", "khong-chuyen-trach"):
        await town.says(role, "/xong B.2")
    assert "6/7 người đã gửi" in (await town.says("lanh-dao", "/tinhhinh")).text
    await town.says("cchc", "/canbo 3 nghi")
    assert "6/6 người đã gửi" in (await town.says("lanh-dao", "/tinhhinh")).text
    assert (await town.says("cchc", "/xong B.2 6/2023")).text.splitlines()[-1] == "Anh/chị không cần làm gì thêm."
    done = _column(town, "SELECT done_on FROM deadline WHERE task = 'B.2' AND period = '2023-06'")
    assert [str(each) for each in done] == ["2023-06-21"]


async def test_person_comes_back_with_roles_and_account(town: Town) -> None:
    await town.says("cchc", "/canbo 3 nghi")
    assert (await town.says("cchc", "/canbo 3 lại")).text == (
        "✅ Công chức Tư pháp đã trở lại danh sách cán bộ, vị trí: Tư pháp - Hộ tịch."
    )
    assert (await town.says("tu-phap", "/batdau")).text.splitlines()[0] == "Xin chào Công chức Tư pháp!"
    assert _column(town, "SELECT joined_on FROM person WHERE id = 3")[0] in ("2023-01-03", day("03/01/2023"))
    assert await refused(town, "/canbo 3 lai") == [
        "Công chức Tư pháp vẫn đang trong danh sách cán bộ, không cần làm gì thêm."
    ]


async def test_who_was_gone_for_long_owes_nothing_from_meanwhile(town: Town) -> None:
    await town.says("cchc", "/canbo 3 nghi")
    await town.at("01/08/2023 08:00").says("cchc", "/canbo 3 lai")
    assert (await town.says("cchc", "/canbo 3")).text.splitlines()[2] == "Từ ngày: 1/8/2023"


async def test_last_clerk_stays(town: Town) -> None:
    only = (
        "Công chức CCHC là công chức CCHC duy nhất đang dùng bot. Anh/chị giao vị trí CCHC cho một người đã có tài "
        "khoản trước, rồi làm lại."
    )
    assert await refused(town, "/canbo 1 nghi", "/canbo 1 vitri tư pháp") == [only, only]
    await town.says("cchc", "/canbo them Nguyễn Văn A; cchc")
    assert await refused(town, "/canbo 1 nghi") == [only]
    await town.says("cchc", "/canbo 2 vitri cchc, văn phòng")
    assert (await town.says("van-phong", "/canbo 1 nghi")).text.startswith("✅ Đã ghi nhận Công chức CCHC nghỉ.")
    assert (await town.says("cchc", "/canbo")).text == STRANGER


async def test_roster_belongs_to_the_clerk_in_private(town: Town) -> None:
    for role in ("tu-phap", "lanh-dao"):
        assert (await town.says(role, "/canbo")).text == (
            "Lệnh này chỉ dành cho công chức CCHC. Anh/chị gửi /huongdan để xem các lệnh của mình."
        )
    assert (await town.says("cchc", "/canbo 3 ma", in_group=True)).text == (
        "Lệnh /canbo chỉ dùng trong tin nhắn riêng với bot. Anh/chị mở tin nhắn riêng rồi gửi lại."
    )
    assert [sent.text for sent in town.said_to(GROUP) if "🔑" in sent.text] == []


async def test_those_who_run_the_office_see_how_many_cannot_be_reached(town: Town) -> None:
    assert "Chưa liên lạc được" not in (await town.says("cchc", "/tinhhinh")).text
    with transaction(town.engine) as session:
        add_person(session, "Nguyễn Văn A", frozenset({"mot-cua"}), day("01/06/2023"))
        mark_unreachable(session, "console", "mot-cua", "đã chặn bot")
    assert [(await town.says(role, "/tinhhinh")).text.splitlines()[-1] for role in ("cchc", "lanh-dao")] == [
        "⚠️ Chưa liên lạc được qua bot: 2 người (/canbo).",
        "⚠️ Chưa liên lạc được qua bot: 2 người.",
    ]
    for role, command in (("tu-phap", "/tinhhinh"), ("cchc", "/tinhhinh III")):
        assert "Chưa liên lạc được" not in (await town.says(role, command)).text
