"""What the console says around the conversation."""

from datetime import datetime

from plan_data.workdays import ZONE
from wording.dates import day_name, full_day

DEMO_BEGINS = """
Diễn lại tháng 6/2023 của Kế hoạch 567/KH-UBND, trên một cơ sở dữ liệu riêng, với đồng hồ mô phỏng.
Tin gửi nhóm, lãnh đạo và công chức CCHC được in đầy đủ; tin riêng của cán bộ khác in một dòng.
"""
DEMO_ENDS = """
Hết tháng 6/2023. Cơ sở dữ liệu của buổi diễn còn trong thư mục dữ liệu; lần diễn sau bắt đầu lại từ đầu.
"""


def rehearsal(start: datetime) -> str:
    """Said at every start with a simulated clock."""
    local = start.astimezone(ZONE)
    when = f"{local:%H:%M} {day_name(local.date())} {full_day(local.date())}"
    return f"⚠️ DIỄN TẬP: đồng hồ mô phỏng bắt đầu từ {when}; đây không phải giờ thật.\n"
