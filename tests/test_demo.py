"""The transcript that `make demo` shows: the four calls of June 2023 come out of the engine."""

import re
import signal
from pathlib import Path

import pytest

from bot.demo import END, START, Line, script
from bot.picture import draw, excerpt
from tests.machine import Machine, Ran

pytestmark = pytest.mark.xdist_group("demo")  # one run of it for all of them
GROUP = "Nhóm UBND phường Phước Hải"
CLERK = "Văn phòng - Thống kê (CCHC)"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One run of the demo in a pipe, in an office with settings of its own."""
    with pytest.MonkeyPatch.context() as patch:
        machine = Machine(tmp_path_factory.mktemp("demo"), patch)
        machine.env("PLAN=khong-co", "OFFICE_HOURS=08:00-12:00", "CONSOLE_FILE=tin.txt")
        process = machine.start("demo", "--seconds", "3")
        process.type("")
        return process.end()


def message(transcript: str, when: str, chat: str) -> list[str]:
    """The lines of the message that was put out then."""
    head = rf"^── \S+ {when} → {re.escape(chat)} \(tin số \d+\) ──\n"
    found = re.search(rf"{head}(.*?)(?=^──|^💬|^👤|^✎|^$\n^──)", transcript, re.DOTALL | re.MULTILINE)
    assert found is not None, when
    return found[1].rstrip().splitlines()


def test_demo_in_a_pipe_ends_well_and_says_nothing_but_the_transcript(ran: Ran) -> None:
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("\nDiễn lại tháng 6/2023 của Kế hoạch 567/KH-UBND")
    assert ran.out.endswith("\nHết tháng 6/2023. Xem lại từ đầu màn hình, hoặc chạy lại: mỗi lần diễn bắt đầu với "
                            "cơ sở dữ liệu mới.\n")  # fmt: skip


def test_the_13th_is_called_in_the_group_and_done_there_the_same_day(ran: Ran) -> None:
    assert message(ran.out, "07:30 thứ Ba 13/6", GROUP)[:4] == [
        "🔔 Nhắc việc sáng thứ Ba, 13/6/2023",
        "",
        "🟠 HÔM NAY LÀ HẠN CUỐI",
        "• I.3 Báo cáo CCHC 6 tháng đầu năm 2023",
    ]
    assert f"👤 10:00 thứ Ba 13/6 · {CLERK} (trong nhóm): /xong I.3 H1 số 45/BC-UBND\n" in ran.out
    answer = message(ran.out, "10:00 thứ Ba 13/6", GROUP)
    assert answer[0] == "✅ Đã ghi nhận hoàn thành: I.3 Báo cáo CCHC 6 tháng đầu năm 2023"
    assert "Văn bản: 45/BC-UBND." in answer


def test_the_17th_is_a_saturday_and_is_called_on_the_friday(ran: Ran) -> None:
    called = message(ran.out, "07:30 thứ Sáu 16/6", GROUP)
    last_day, ahead = called.index("🟠 HÔM NAY LÀ HẠN CUỐI"), called.index("🟡 SẮP ĐẾN HẠN")
    control = called.index("• III.16 Báo cáo kiểm soát TTHC quý II/2023")
    assert last_day < control < ahead
    assert "thứ Bảy 17/6" in called[control + 1]
    assert [line for line in ran.out.splitlines() if " thứ Bảy 17/6 →" in line or " Chủ nhật 18/6 →" in line] == []


def test_the_22nd_closes_the_list_of_who_has_reported(ran: Ran) -> None:
    closing = message(ran.out, "07:30 thứ Năm 22/6", GROUP)
    assert closing[2] == "📋 CHỐT DANH SÁCH: BÁO CÁO KẾT QUẢ NHIỆM VỤ THÁNG 6/2023"
    told = "\n".join(closing)
    sent = "Tư pháp - Hộ tịch, Tài chính - Kế toán, Văn hóa - Xã hội (VHTT), Bộ phận Một cửa."
    assert ("5/7" in told, f": {CLERK}, {sent}" in told) == (True, True)
    missing = next(line for line in closing if "Chưa gửi (2" in line)
    assert missing.endswith("): Văn phòng - Thống kê (Văn phòng), Không chuyên trách.")


def test_the_25th_is_a_sunday_and_the_clerk_gets_the_picture_on_the_friday(ran: Ran) -> None:
    picture = message(ran.out, "07:30 thứ Sáu 23/6", CLERK)
    assert picture[:3] == [
        "🗓 Tổng hợp tháng 6/2023 (B.3)",
        "Theo Kế hoạch, ngày 25/6 là ngày theo dõi, tổng hợp của tháng.",
        "Ngày 25/6 là Chủ nhật nên bot gửi trước vào thứ Sáu.",
    ]
    assert re.findall(r": (\d+)", "\n".join(picture[3:5])) == ["14", "2", "7", "1"]
    assert any(line.endswith("Không chuyên trách.") for line in picture)


def test_nobody_is_disturbed_outside_office_hours(ran: Ran) -> None:
    moments = re.findall(r"^(?:── )?💬 (\d\d):(\d\d) (thứ \w+|Chủ nhật) ", ran.out, re.MULTILINE)
    assert {f"{hour}:{minute}" for hour, minute, _ in moments} <= {"07:00", "07:30", "08:00", "09:00", "15:00"}
    assert {day for _, _, day in moments} == {"thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu"}


def test_every_line_of_the_script_is_typed_and_understood(ran: Ran) -> None:
    assert len(re.findall(r"^👤 ", ran.out, re.MULTILINE)) == len(script())
    assert [line for line in ran.out.splitlines() if "chưa hiểu" in line or "trục trặc" in line] == []


def test_script_stays_in_the_month_in_order() -> None:
    moments = [line.at for line in script()]
    assert moments == sorted(moments)
    assert START <= moments[0] <= moments[-1] <= END
    assert Line(moments[0], "cchc", "/viec").in_group is False


def test_demo_at_a_terminal_ends_at_the_prompt_on_the_last_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Machine(tmp_path, monkeypatch).terminal("demo", "--seconds", "1")
    terminal.wait_for("Hết tháng 6/2023.")
    terminal.wait_for("bắt đầu từ 17:00 thứ Sáu 30/6/2023")
    terminal.wait_for("> ")
    terminal.type("/tinhhinh B.2\n")
    terminal.wait_for("Căn cứ: ")
    terminal.type("\x04")
    assert terminal.end() == 0


def test_demo_is_left_by_ctrl_c_without_a_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Machine(tmp_path, monkeypatch).terminal("demo", "--seconds", "100")
    terminal.wait_for("📁 Đã qua trước khi bắt đầu theo dõi")
    terminal.tell(signal.SIGINT)
    assert (terminal.end(), "Traceback" in terminal.shown) == (130, False)


def test_picture_shows_the_13th_and_the_22nd_and_asks_no_other_machine_for_anything(ran: Ran) -> None:
    lines = excerpt(ran.out)
    without_numbers = [re.sub(r" \(tin số \d+\)", "", line) for line in lines]
    assert [line for line in without_numbers if line.startswith(("──", "👤", "📋"))] == [
        f"── 💬 07:30 thứ Ba 13/6 → {GROUP} ──",
        f"👤 10:00 thứ Ba 13/6 · {CLERK} (trong nhóm): /xong I.3 H1 số 45/BC-UBND",
        f"── 🤖 10:00 thứ Ba 13/6 → {GROUP} ──",
        f"── 💬 07:30 thứ Năm 22/6 → {GROUP} ──",
        "📋 CHỐT DANH SÁCH: BÁO CÁO KẾT QUẢ NHIỆM VỤ THÁNG 6/2023",
    ]
    picture = draw(lines, "Nhắc Việc")
    assert re.findall(r"https?://[^\"' )]*", picture) == ["http://www.w3.org/2000/svg"]
    assert ("@font-face" in picture, "<!--" in picture) == (False, False)
