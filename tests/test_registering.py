"""/register: name, roles, send; and the clerk who lets in or does not."""

import pytest
from sqlalchemy import Engine, text

from plan_data.office import Office
from records.audit import trail
from records.database import transaction
from records.people import add_person, link_account
from tests.builders import day
from tests.phone import CHANNEL, Phone, button, labels
from tests.town import GROUP, Sent, Town
from wording import registering as words
from wording.refusals import STRANGER


@pytest.fixture
def phone(town: Town) -> Phone:
    """The clerk is on the second channel too, as "clerk"."""
    with transaction(town.engine) as session:
        link_account(session, town.people["cchc"], CHANNEL, "clerk", town.clock())
        session.connection().execute(text("UPDATE account SET unreachable = 'x' WHERE address = 'cchc'"))
    return Phone(town)


async def apply_for(phone: Phone, sender: str, name: str, *roles: str) -> Sent:
    """From /register to the request that is sent."""
    sent = await phone.says(sender, f"/dangky {name}")
    for role in roles:
        await phone.says(sender, f"/dangky #vt {role}")
    return await phone.presses(sender, sent, "Gửi yêu cầu")


def question(phone: Phone) -> Sent:
    """What the clerk was asked last."""
    return [sent for sent in phone.got("clerk") if sent.kind == "notice" and "Yêu cầu đăng ký" in sent.text][-1]


def newcomer(town: Town, name: str, *roles: str) -> int:
    with transaction(town.engine) as session:
        return add_person(session, name, frozenset(roles), day("03/01/2023"))


async def test_stranger_is_led_to_the_clerk_and_let_in(town: Town, phone: Phone) -> None:
    first = await phone.says("u1", "/dangky", name="Bình 🐟 Trần")
    assert first.text.splitlines() == [
        "📝 Đăng ký, bước 1/3: họ và tên",
        "Anh/chị gõ /dangky kèm họ và tên đầy đủ, có dấu. Ví dụ: /dangky Nguyễn Văn A",
    ]
    assert labels(first) == [["Dùng tên: Bình Trần"]]
    second = await phone.says("u1", "/register  Trần   Thanh Bình", name="Bình 🐟 Trần")
    assert second.text.splitlines() == [
        "📝 Đăng ký, bước 2/3: vị trí (trang 1/2)",
        "Họ và tên: Trần Thanh Bình",
        "Đã chọn: chưa chọn vị trí nào",
        "Chọn các vị trí của mình; chọn lần nữa là bỏ. Không thấy vị trí của mình thì bỏ qua.",
        "Bước 3/3: chọn Gửi yêu cầu.",
    ]
    chosen = await phone.presses("u1", second, "Tư pháp")
    assert chosen.text.splitlines()[2] == "Đã chọn: Tư pháp - Hộ tịch"
    assert ["☑️ Tư pháp - Hộ tịch"] in labels(chosen)
    sent = await phone.presses("u1", chosen, "Gửi yêu cầu")
    assert sent.text.splitlines() == [
        "📨 Đã gửi yêu cầu đăng ký số 1: Trần Thanh Bình, Tư pháp - Hộ tịch.",
        "Công chức CCHC duyệt trong giờ làm việc; bot sẽ báo kết quả tại đây.",
    ]
    asked = question(phone)
    assert asked.text.splitlines() == [
        "🙋 Yêu cầu đăng ký số 1",
        "Họ và tên: Trần Thanh Bình",
        "Vị trí: Tư pháp - Hộ tịch",
        "Tài khoản: Telegram, tên hiển thị “Bình Trần”",
        "Anh/chị chỉ duyệt khi biết chắc đây đúng là cán bộ của cơ quan.",
    ]
    assert labels(asked) == [["✅ Duyệt", "❌ Từ chối"]]
    assert (await phone.presses("clerk", asked, "Duyệt")).text.splitlines() == [
        "✅ Đã duyệt yêu cầu số 1: Trần Thanh Bình là cán bộ số 10, vị trí: Tư pháp - Hộ tịch.",
        "Sửa vị trí nếu cần: /canbo 10 vitri tư pháp, một cửa",
    ]
    told = phone.got("u1")[-1]
    assert (told.kind, told.text.splitlines()) == (
        "notice",
        [
            "✅ Xin chào Trần Thanh Bình!",
            "Từ nay bot nhắc việc cho anh/chị tại đây. Vị trí: Tư pháp - Hộ tịch.",
            "Gửi /viec để xem việc đang chờ, /huongdan để xem mọi lệnh.",
        ],
    )
    assert (await phone.says("u1", "/dangky")).text.splitlines() == [
        "Anh/chị đã đăng ký: Trần Thanh Bình, Tư pháp - Hộ tịch.",
        "Gửi /viec để xem việc đang chờ. Nếu tên hoặc vị trí chưa đúng, nhờ công chức CCHC sửa giúp.",
    ]
    with transaction(town.engine) as session:
        assert [(who, action, subject) for _, who, action, subject, _ in trail(session)] == [
            (None, "register", "registration:1"),
            (1, "decide_registration", "registration:1"),
        ]


async def test_roles_are_toggled_and_the_page_stays(phone: Phone) -> None:
    await phone.says("u1", "/dangky Nguyễn Văn A")
    second_page = await phone.says("u1", "/dangky #trang 2")
    assert labels(second_page) == [
        ["⬜ Bộ phận Một cửa"],
        ["⬜ Theo dõi PAKN"],
        ["⬜ Cán bộ, công chức chuyên môn"],
        ["⬜ Không chuyên trách"],
        ["◀️ Trang trước"],
        ["✏️ Sửa tên", "📨 Gửi yêu cầu"],
    ]
    on = await phone.presses("u1", second_page, "Một cửa")
    assert labels(on)[0] == ["☑️ Bộ phận Một cửa"]
    off = await phone.presses("u1", on, "Một cửa")
    assert labels(off) == labels(second_page)


async def test_nobody_asks_to_be_the_clerk_or_everybody(phone: Phone) -> None:
    first = await phone.says("u1", "/dangky Nguyễn Văn A")
    names = [label for page in (first, await phone.presses("u1", first, "Trang sau")) for row in labels(page)
             for label in row]  # fmt: skip
    assert [name for name in names if "CCHC" in name or "Toàn thể" in name] == []
    for role in ("cchc", "toan-the", "khong-co"):
        assert (await phone.says("u1", f"/dangky #vt {role}")).text.splitlines()[2] == "Đã chọn: chưa chọn vị trí nào"


async def test_buttons_are_short_ascii_commands(phone: Phone) -> None:
    first = await phone.says("u1", "/dangky", name="Nguyễn Thị Một Cái Tên Rất Dài Để Thử Xem Sao")
    second = await phone.presses("u1", first, "Dùng tên", name="Nguyễn Thị Một Cái Tên Rất Dài Để Thử Xem Sao")
    third = await phone.presses("u1", second, "Gửi")
    for sent in (first, second, third, question(phone)):
        commands = [each.command for row in sent.reply.buttons for each in row]
        assert [each for each in commands if not each.isascii() or len(each.encode()) > 64] == []


async def test_display_name_is_used_at_a_press_and_mended_later(phone: Phone) -> None:
    first = await phone.says("u1", "/dangky", name="Trần B")
    second = await phone.presses("u1", first, "Dùng tên", name="Trần B")
    assert second.text.splitlines()[1] == "Họ và tên: Trần B"
    again = await phone.presses("u1", second, "Sửa tên", name="Trần B")
    assert again.text.splitlines()[0] == "📝 Đăng ký, bước 1/3: họ và tên"
    assert (await phone.says("u1", "/dangky Trần Văn B")).text.splitlines()[1] == "Họ và tên: Trần Văn B"


@pytest.mark.parametrize("name", ["5", "t.me/abc <b>", "@ai_do", "x" * 61, "A"])
async def test_what_is_no_name_is_refused(phone: Phone, name: str) -> None:
    assert (await phone.says("u1", f"/dangky {name}")).text == (
        f"“{name[:40]}” chưa phải là họ tên. Anh/chị gõ đầy đủ họ và tên, ví dụ: Nguyễn Văn A."
    )


async def test_steps_out_of_order_lead_back_to_the_name(phone: Phone) -> None:
    for step in ("#gui", "#vt tu-phap", "#trang 2", "#lai", "#dungten", "#gì đó"):
        assert (await phone.says("u1", f"/dangky {step}")).text.splitlines()[0] == "📝 Đăng ký, bước 1/3: họ và tên"


async def test_request_without_roles_may_be_sent(phone: Phone) -> None:
    sent = await apply_for(phone, "u1", "Nguyễn Văn A")
    assert sent.text.splitlines()[0] == "📨 Đã gửi yêu cầu đăng ký số 1: Nguyễn Văn A, chưa chọn vị trí nào."
    assert question(phone).text.splitlines()[2] == "Vị trí: chưa chọn vị trí nào"


async def test_request_waits_and_can_be_changed_under_a_new_number(phone: Phone) -> None:
    sent = await apply_for(phone, "u1", "Nguyễn Văn A", "tu-phap")
    waiting = await phone.says("u1", "/dangky Tên khác")
    assert waiting.text.splitlines()[0] == (
        "Yêu cầu đăng ký số 1 của anh/chị (Nguyễn Văn A, Tư pháp - Hộ tịch) đang chờ công chức CCHC duyệt."
    )
    again = await phone.presses("u1", sent, "Sửa yêu cầu")
    assert again.text.splitlines()[1:3] == ["Họ và tên: Nguyễn Văn A", "Đã chọn: Tư pháp - Hộ tịch"]
    assert (await phone.says("clerk", "/duyet 1")).text == (
        "Yêu cầu số 1 đã được người gửi rút lại, anh/chị không cần làm gì thêm."
    )
    await phone.says("u1", "/dangky Nguyễn Văn B")
    assert (await phone.says("u1", "/dangky #gui")).text.splitlines()[0] == (
        "📨 Đã gửi yêu cầu đăng ký số 2: Nguyễn Văn B, Tư pháp - Hộ tịch."
    )


async def test_account_sends_at_most_three_requests_a_day(town: Town, phone: Phone) -> None:
    for number in (1, 2, 3):
        sent = await apply_for(phone, "u1", "Nguyễn Văn A")
        assert f"số {number}:" in sent.text
        await phone.says("clerk", f"/tuchoi {number}")
    assert (await apply_for(phone, "u1", "Nguyễn Văn A")).text == words.too_many_requests().sentence
    town.at("02/06/2023 07:00")
    assert (await phone.says("u1", "/dangky #gui")).text.startswith("📨 Đã gửi yêu cầu đăng ký số 4:")


async def test_word_for_a_group_is_no_name(phone: Phone) -> None:
    assert (await phone.says("u1", "dangky nhóm")).text.splitlines()[0] == "📝 Đăng ký, bước 1/3: họ và tên"


async def test_name_is_what_can_be_seen_of_it(phone: Phone) -> None:
    shown = await phone.says("u1", "/dangky  Trần\u200b  Thanh Bình \u2060 ", name="\u202eBình")
    assert shown.text.splitlines()[1] == "Họ và tên: Trần Thanh Bình"


async def test_denied_applicant_is_told_politely_and_stays_a_stranger(phone: Phone) -> None:
    await apply_for(phone, "u1", "Nguyễn Văn A")
    answer = await phone.presses("clerk", question(phone), "Từ chối")
    assert answer.text == "Đã từ chối yêu cầu số 1 của Nguyễn Văn A; bot đã báo cho người gửi."
    assert phone.got("u1")[-1].text.splitlines() == [
        "Yêu cầu đăng ký số 1 chưa được chấp nhận.",
        "Nếu có nhầm lẫn, anh/chị liên hệ trực tiếp công chức Văn phòng - Thống kê (CCHC), rồi gửi lại /dangky.",
    ]
    assert (await phone.says("u1", "/viec")).text == STRANGER


async def test_deciding_twice_is_no_error(phone: Phone) -> None:
    await apply_for(phone, "u1", "Nguyễn Văn A")
    await apply_for(phone, "u2", "Nguyễn Văn B")
    await phone.says("clerk", "/duyet 1")
    await phone.says("clerk", "/tuchoi #2")
    assert [(await phone.says("clerk", command)).text for command in ("/tuchoi 1", "/duyet 2")] == [
        "Yêu cầu số 1 đã được duyệt, anh/chị không cần làm gì thêm.",
        "Yêu cầu số 2 đã bị từ chối, anh/chị không cần làm gì thêm.",
    ]
    assert len([sent for sent in phone.got("u1") if sent.kind == "notice"]) == 1


async def test_clerk_without_a_number_is_told_who_waits(phone: Phone) -> None:
    assert (await phone.says("clerk", "/duyet")).text == "Hiện không có yêu cầu đăng ký nào chờ duyệt."
    await phone.says("u0", "/dangky Người chưa gửi")
    await apply_for(phone, "u1", "Nguyễn Văn A")
    await apply_for(phone, "u2", "Nguyễn Văn B")
    for command in ("/duyet", "/duyet 1", "/duyet 99", "/duyet abc", "/duyet 99999999999999999999"):
        assert (await phone.says("clerk", command)).text == (
            "Anh/chị cho biết số của yêu cầu, ví dụ: /duyet 2. "
            "Đang chờ duyệt: số 2 (Nguyễn Văn A), số 3 (Nguyễn Văn B)."
        )


async def test_only_the_clerk_decides(town: Town, phone: Phone) -> None:
    await apply_for(phone, "u1", "Nguyễn Văn A")
    for role in ("tu-phap", "lanh-dao"):
        assert (await town.says(role, "/duyet 1")).text == (
            "Lệnh này chỉ dành cho công chức CCHC. Anh/chị gửi /huongdan để xem các lệnh của mình."
        )
    assert (await phone.says("u1", "/duyet 1")).text == STRANGER


@pytest.mark.parametrize("typed", ["Nguyễn Văn Thành", "nguyen van thanh", "Nguyễn Văn thành"])
async def test_person_of_the_roster_without_an_account_is_joined_and_roles_are_united(
    town: Town, phone: Phone, typed: str
) -> None:
    number = newcomer(town, "Nguyễn Văn Thành", "mot-cua")
    await apply_for(phone, "u1", typed, "tu-phap")
    assert question(phone).text.splitlines()[4] == (
        f"Khi duyệt, tài khoản này được gắn với cán bộ số {number} (Nguyễn Văn Thành: Bộ phận Một cửa) "
        "đang có trong danh sách."
    )
    assert (await phone.says("clerk", "/duyet 1")).text.splitlines()[0] == (
        f"✅ Đã duyệt yêu cầu số 1: Nguyễn Văn Thành gắn với cán bộ số {number} đang có trong danh sách, "
        "vị trí: Tư pháp - Hộ tịch, Bộ phận Một cửa."
    )


async def test_name_with_other_diacritics_is_another_person(town: Town, phone: Phone) -> None:
    newcomer(town, "Lê Thị Thủy")
    await apply_for(phone, "u1", "Lê Thị Thúy")
    assert (await phone.says("clerk", "/duyet 1")).text.splitlines()[0] == (
        "✅ Đã duyệt yêu cầu số 1: Lê Thị Thúy là cán bộ số 11, vị trí: chưa có vị trí."
    )


async def test_clerk_is_warned_of_a_namesake_who_has_an_account(phone: Phone) -> None:
    await apply_for(phone, "u1", "Công chức Tư pháp")
    assert question(phone).text.splitlines()[4] == (
        "⚠️ Trùng tên với cán bộ số 3 (Công chức Tư pháp: Tư pháp - Hộ tịch) đã có tài khoản. Nếu là cùng một người: "
        "từ chối yêu cầu này và cấp mã bằng /canbo 3 ma."
    )
    assert "là cán bộ số 10" in (await phone.says("clerk", "/duyet 1")).text


async def test_clerk_is_told_that_the_account_was_somebodys_who_left(town: Town, phone: Phone) -> None:
    with transaction(town.engine) as session:
        link_account(session, town.people["mot-cua"], CHANNEL, "u1", town.clock())
    await phone.says("clerk", "/canbo 6 nghi")
    await apply_for(phone, "u1", "Nguyễn Văn A")
    assert question(phone).text.splitlines()[4] == (
        "⚠️ Tài khoản này trước đây là của Cán bộ Một cửa (số 6), đã nghỉ."
    )


async def test_account_that_became_somebodys_meanwhile_is_left_alone(town: Town, phone: Phone) -> None:
    await apply_for(phone, "u1", "Nguyễn Văn A")
    with transaction(town.engine) as session:
        link_account(session, town.people["mot-cua"], CHANNEL, "u1", town.clock())
    assert (await phone.says("clerk", "/duyet 1")).text == (
        "Tài khoản gửi yêu cầu số 1 nay đã là của Cán bộ Một cửa; yêu cầu được đóng lại."
    )
    assert (await phone.says("clerk", "/duyet")).text == "Hiện không có yêu cầu đăng ký nào chờ duyệt."


async def test_clerk_hears_of_a_request_in_office_hours(town: Town, phone: Phone) -> None:
    town.at("03/06/2023 22:00")
    await apply_for(phone, "u1", "Nguyễn Văn A")
    assert [sent for sent in phone.got("clerk") if "Yêu cầu đăng ký" in sent.text] == []
    assert (await phone.says("clerk", "/canbo")).text.splitlines()[-4:-2] == [
        "🙋 Chờ duyệt",
        "• Số 1: Nguyễn Văn A. Duyệt: /duyet 1",
    ]
    town.at("05/06/2023 07:30")
    await phone.courier.deliver()
    assert button(question(phone), "Duyệt") == "/duyet 1"


async def test_registration_belongs_in_a_private_chat(phone: Phone) -> None:
    await phone.says("clerk", "/ketnoi", group=GROUP, title="Nhóm phường")
    assert (await phone.says("u1", "/dangky Nguyễn Văn A", group=GROUP)).text == (
        "Lệnh /dangky chỉ dùng trong tin nhắn riêng với bot. Anh/chị mở tin nhắn riêng rồi gửi lại."
    )


async def test_office_without_a_clerk_keeps_the_request(engine: Engine, office: Office) -> None:
    town = Town(engine, office)
    with transaction(engine) as session:
        session.connection().execute(text("DELETE FROM person_role WHERE role = 'cchc'"))
    sent = await apply_for(Phone(town), "u1", "Nguyễn Văn A")
    assert sent.text.startswith("📨 Đã gửi yêu cầu đăng ký số 1:")
