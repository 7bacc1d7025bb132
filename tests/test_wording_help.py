"""/start and /help."""

from wording.help import commands, welcome, welcome_stranger
from wording.message import Button
from wording.refusals import STRANGER


def test_stranger_learns_only_how_to_register() -> None:
    assert welcome_stranger().plain == STRANGER
    assert welcome_stranger().buttons == ()


def test_registered_person_is_greeted_with_roles_and_first_steps() -> None:
    reply = welcome("Trần Thị Mai", ["Công chức Tư pháp - Hộ tịch"], "UBND phường Phước Hải")
    assert reply.plain.splitlines() == [
        "Xin chào Trần Thị Mai!",
        "Đây là bot nhắc việc của UBND phường Phước Hải. Bot là phần mềm tự động.",
        "Vị trí của anh/chị: Công chức Tư pháp - Hộ tịch.",
        "Gửi /viec để xem việc đang chờ, /xong kèm mã khi làm xong, /huongdan để xem mọi lệnh.",
    ]
    assert reply.buttons == (
        (Button("📝 Việc của tôi", "/viec"), Button("📊 Tình hình", "/tinhhinh")),
        (Button("📅 Lịch", "/lich"), Button("❓ Hướng dẫn", "/huongdan")),
    )


def test_person_without_a_role_is_told_whom_to_ask() -> None:
    assert welcome("Mai", [], "UBND phường").plain.splitlines()[2] == (
        "Vị trí của anh/chị: chưa có phân công (anh/chị báo công chức CCHC để được phân công)."
    )


def test_help_has_a_line_for_each_command_and_an_example_where_it_helps() -> None:
    reply = commands(
        [
            ("tasks", "viec", "việc đang chờ của mình", "/viec"),
            ("done", "xong", "ghi nhận đã làm xong", "/xong III.16 Q2 số 12/BC-UBND"),
        ]
    )
    assert reply.plain.splitlines() == [
        "Các lệnh anh/chị dùng được",
        "/viec (/tasks): việc đang chờ của mình",
        "/xong (/done): ghi nhận đã làm xong",
        "  Ví dụ: /xong III.16 Q2 số 12/BC-UBND",
        "Gõ có dấu hay không dấu, chữ hoa hay chữ thường đều được. Nhắn riêng với bot thì không cần dấu /.",
    ]
