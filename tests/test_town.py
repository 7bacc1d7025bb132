from tests.town import GROUP, Town


async def test_a_morning_in_the_town_hall_goes_from_digest_to_done(town: Town) -> None:
    said = await town.at("13/06/2023 07:30").tick()
    assert [sent.chat for sent in said if "• I.3 " in sent.text] == [GROUP, "cchc"]
    answer = await town.says("cchc", "/xong I.3 H1 số 45/BC-UBND")
    assert answer.text.splitlines()[:3] == [
        "✅ Đã ghi nhận hoàn thành: I.3 Báo cáo CCHC 6 tháng đầu năm 2023",
        "Ngày hoàn thành: 13/6/2023, đúng hạn.",
        "Văn bản: 45/BC-UBND.",
    ]
