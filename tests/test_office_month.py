"""One office month: June 2023 of the real plan, driven half-hour by half-hour with people answering.

Everything that was said, to whom and when, is compared with a golden file that a person has read. After a wanted
change of words, write it anew with GOLDEN=write and read the difference.
"""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from plan_data.workdays import ZONE
from tests.town import GROUP, Sent, Town

GOLDEN = Path(__file__).with_name("golden") / "june-2023.txt"

# When (June 2023), who, what; "nhóm" in front means that it is typed in the group.
SCRIPT = (
    ("02 10:00", "cchc", "/xong III.8"),
    ("02 10:05", "cchc", "/xong III.11 đã gửi lãnh đạo"),
    ("05 08:30", "chu-tich", "/xong B.1"),
    ("06 09:00", "tu-phap", "/xong III.16"),
    ("08 08:30", "cchc", "/sukien III.15 ban hành văn bản trả lời PAKN ngày 8/6, số 12/UBND"),
    ("09 09:00", "cchc", "/xong III.8"),
    ("09 09:05", "cchc", "/xong III.11"),
    ("09 09:10", "cchc", "/xong III.12"),
    ("09 15:30", "cchc", "/xong III.15 đã đăng Trang thông tin điện tử"),
    ("12 08:30", "chu-tich", "/xong B.1"),
    ("13 10:00", "cchc", "nhóm /xong I.3 H1 số 45/BC-UBND"),
    ("13 10:10", "cchc", "/xong I.3 H1"),
    ("14 08:00", "tu-phap", "/xong B.2 đã gửi bản giấy"),
    ("14 08:05", "tu-phap", "/hoantac"),
    ("14 16:00", "tu-phap", "/xong B.2"),
    ("15 09:00", "lanh-dao", "/tinhhinh"),
    ("15 09:05", "lanh-dao", "/dondoc III.16"),
    ("16 08:30", "lanh-dao", "/giahan III.1 Q2 23/6/2023 số 15/UBND-VP"),
    ("16 09:00", "cchc", "/xong III.8"),
    ("16 09:05", "cchc", "/xong III.11"),
    ("16 10:30", "cchc", "/xong III.16 Q2 số 48/BC-UBND"),
    ("16 10:35", "cchc", "/xong III.13 Q2"),
    ("19 08:30", "chu-tich", "/xong B.1"),
    ("19 09:00", "van-hoa", "/xong B.2"),
    ("20 09:00", "tai-chinh", "/xong B.2"),
    ("21 14:00", "mot-cua", "/xong B.2"),
    ("21 15:30", "cchc", "/xong B.2"),
    ("22 09:00", "van-phong", "/xong B.2"),
    ("23 09:00", "cchc", "/xong B.2 Người không chuyên trách"),
    ("23 10:00", "cchc", "/tinhhinh 6/2023"),
    ("26 08:30", "cchc", "/xong B.3 số 51/BC-UBND"),
    ("26 08:35", "chu-tich", "/xong B.1"),
)


async def test_the_month_of_june_2023_sounds_as_it_was_read(town: Town) -> None:
    for when, role, line in SCRIPT:
        await town.run_until(_in_june(when))
        await town.says(role, line.removeprefix("nhóm "), in_group=line.startswith("nhóm "))
    await town.run_until("30/06/2023 17:00")
    said = "\n".join(_drawn(sent) for sent in town.channel.sent)
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.write_text(said, encoding="utf-8")
    assert said == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the month above is told by both
async def test_nothing_is_said_unasked_outside_office_hours_or_on_days_off(town: Town) -> None:
    pushes = [sent.at for sent in await town.run_until("30/06/2023 17:00", every=timedelta(hours=1))]
    assert pushes
    assert [at for at in pushes if not town.office.policy.may_push(at, town.office.calendar)] == []


def _in_june(when: str) -> str:
    day, clock = when.split(" ")
    return f"{day}/06/2023 {clock}"


def _drawn(sent: Sent) -> str:
    local = sent.at.astimezone(ZONE)
    where = "nhóm" if sent.chat == GROUP else sent.chat
    buttons = [" | ".join(f"[{button.label}]" for button in row) for row in sent.reply.buttons]
    return "\n".join([f"── {local:%d/%m %H:%M} → {where}", sent.text.strip(), *buttons, ""])
