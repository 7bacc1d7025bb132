"""A month of the real plan as an office lives it: some work in time, some late, some never."""

from tests.town import Town

LINES = (
    ("02/06/2023 09:00", "cchc", "/xong III.8"),
    ("05/06/2023 10:00", "cchc", "/xong III.11 tuần 22"),
    ("08/06/2023 10:00", "chu-tich", "/xong B.1"),
    ("09/06/2023 09:00", "cchc", "/xong III.12"),
    ("12/06/2023 09:00", "cchc", "/xong I.3 H1 số 11/BC-UBND"),
    ("14/06/2023 09:00", "tu-phap", "/xong II.1"),
    ("15/06/2023 09:00", "tu-phap", "/xong B.2 tháng 6"),
    ("16/06/2023 09:00", "cchc", "/xong III.16 Q2 số 12/BC-UBND"),
    ("19/06/2023 09:00", "van-hoa", "/xong B.2 tháng 6"),
    ("20/06/2023 09:00", "cchc", "/giahan III.13 Q2 28/6/2023 số 15/UBND-VP"),
)


async def lived(town: Town, until: str = "23/06/2023 07:30") -> Town:
    """Play the month up to that moment."""
    for when, role, line in LINES:
        town.at(when)
        await town.says(role, line)
    return town.at(until)
