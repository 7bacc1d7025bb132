"""The words of /away: who is not there, and who stands in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from wording.dates import full_day, short_day
from wording.message import Block, Button, Reply, cut, in_rows, say
from wording.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Away:
    """An absence in words; `substitute` is empty when nobody stands in."""

    number: int
    name: str
    first_day: date
    last_day: date
    substitute: str = ""


def span(first_day: date, last_day: date, today: date) -> str:
    """ "12/6", or "từ 12/6 đến hết 16/6"."""
    if first_day == last_day:
        return f"ngày {short_day(first_day, today)}"
    return f"từ {short_day(first_day, today)} đến hết {short_day(last_day, today)}"


def recorded(away: Away, own: bool, today: date) -> Reply:
    """An absence is on record."""
    who = "anh/chị" if own else away.name
    when = span(away.first_day, away.last_day, today)
    if away.substitute:
        effect = (
            f"Trong thời gian đó lời nhắc việc của {who} gửi cho {away.substitute}, người này ghi nhận thay được."
        )
    else:
        effect = (
            f"Chưa có người thay nên lời nhắc vẫn gửi cho {who}. Thêm người thay: hủy rồi gửi lại kèm thay: Họ tên."
        )
    return say(
        f"🏖 Đã ghi nhận {who} vắng {when}.",
        effect,
        buttons=((Button("❌ Hủy", f"/vangmat huy {away.number}"),),),
    )


def you_stand_in(away: Away, today: date) -> Reply:
    """To the substitute."""
    return Reply(
        (
            Block(f"🤝 Anh/chị thay {away.name}", heading=True),
            Block(
                f"{away.name} vắng {span(away.first_day, away.last_day, today)}. Trong thời gian đó lời nhắc việc "
                f"của {away.name} gửi cho anh/chị; việc nào đã làm, anh/chị ghi nhận thay bằng /xong kèm mã."
            ),
        )
    )


def you_are_away(away: Away, by: str, today: date) -> Reply:
    """To the person, when the clerk has entered it."""
    substitute = f" {away.substitute} nhận lời nhắc thay." if away.substitute else ""
    when = span(away.first_day, away.last_day, today)
    return say(f"🏖 {by} đã ghi nhận anh/chị vắng {when}.{substitute}", f"Nếu chưa đúng: /vangmat huy {away.number}")


def cancelled(away: Away, own: bool, today: date) -> Reply:
    """An absence is taken back."""
    who = "anh/chị" if own else away.name
    return say(
        f"✅ Đã hủy: {who} không vắng {span(away.first_day, away.last_day, today)} nữa. Lời nhắc lại gửi cho {who}."
    )


def no_longer_needed(away: Away, today: date) -> Reply:
    """To the substitute, when the absence is cancelled."""
    when = span(away.first_day, away.last_day, today)
    return say(f"🤝 Anh/chị không cần thay {away.name} ({when}) nữa: lịch vắng đã được hủy.")


def absences(entries: Sequence[Away], everybody: bool, today: date) -> Reply:
    """Who is away, now and later."""
    usage = "Ghi nhận: /vangmat 12/6 - 16/6 thay: Nguyễn Văn A"
    if everybody:
        usage += "\nGhi nhận cho người khác, bằng số của cán bộ: /vangmat 5 12/6 - 16/6 thay: 7"
    if not entries:
        whose = "Chưa có ai" if everybody else "Anh/chị chưa"
        return say(f"{whose} ghi nhận vắng mặt sắp tới.", usage)
    blocks = [Block("🏖 Vắng mặt", heading=True), *(Block(_line(entry, today)) for entry in entries), Block(usage)]
    buttons = [Button(f"❌ Hủy số {entry.number}", f"/vangmat huy {entry.number}") for entry in entries[:9]]
    return Reply(tuple(blocks), in_rows(buttons, 3))


def _line(away: Away, today: date) -> str:
    substitute = f"thay: {away.substitute}" if away.substitute else "chưa có người thay"
    return f"{away.number}. {away.name}: {span(away.first_day, away.last_day, today)} · {substitute}"


def away_until(last_day: date, substitute: str, today: date) -> str:
    """On the roster."""
    return f"vắng đến hết {short_day(last_day, today)}" + (f", {substitute} thay" if substitute else "")


def also_for(reply: Reply, deadline: int, people: Sequence[tuple[int, str]]) -> Reply:
    """Under the answer about the own share: those for whom the person stands in, each with a button."""
    names = ", ".join(name for _, name in people)
    offer = Block(f"Anh/chị đang thay {names}: chọn mục dưới đây nếu phần đó cũng đã xong.")
    buttons = tuple(
        (Button(f"✅ Phần của {name}"[:60], f"/xong #{deadline} thay {number}"),) for number, name in people
    )
    return replace(reply, blocks=(*reply.blocks, offer), buttons=(*reply.buttons, *buttons))


def no_days() -> Refusal:
    """The days are missing."""
    return Refusal(
        "Anh/chị cho biết vắng từ ngày nào đến ngày nào và ai thay. Ví dụ: /vangmat 12/6 - 16/6 thay: Nguyễn Văn A"
    )


def days_reversed(first_day: date, last_day: date) -> Refusal:
    """The last day comes before the first."""
    return Refusal(
        f"Ngày cuối ({full_day(last_day)}) trước ngày đầu ({full_day(first_day)}). Anh/chị kiểm tra lại rồi gửi lại."
    )


def days_over(last_day: date) -> Refusal:
    """The absence is over."""
    return Refusal(f"Ngày {full_day(last_day)} đã qua. Anh/chị kiểm tra lại ngày, ghi cả năm nếu cần, rồi gửi lại.")


def too_long(most: int) -> Refusal:
    """Longer than anybody is away."""
    return Refusal(f"Mỗi lần ghi nhận vắng nhiều nhất {most} ngày. Anh/chị kiểm tra lại ngày rồi gửi lại.")


def away_already(away: Away, own: bool, today: date) -> Refusal:
    """The days touch another absence."""
    who = "Anh/chị" if own else away.name
    return Refusal(
        f"{who} đã có lịch vắng {span(away.first_day, away.last_day, today)}. "
        f"Muốn đổi, hủy lịch đó trước: /vangmat huy {away.number}"
    )


def cannot_stand_in_for_oneself() -> Refusal:
    """The substitute is the person."""
    return Refusal("Người thay phải là người khác. Anh/chị gửi lại kèm tên người thay.")


def substitute_is_away(away: Away, today: date) -> Refusal:
    """The substitute is away too."""
    return Refusal(
        f"{away.name} cũng vắng {span(away.first_day, away.last_day, today)}. "
        "Anh/chị chọn người thay khác rồi gửi lại."
    )


def only_for_oneself() -> Refusal:
    """Only the clerk enters it for others."""
    return Refusal(
        "Anh/chị chỉ ghi nhận vắng mặt của mình, không cần gõ số cán bộ. Ghi nhận cho người khác: nhờ công chức CCHC."
    )


def no_such_absence(number: str) -> Refusal:
    """There is no such absence, or it is not theirs."""
    return Refusal(f"Không có lịch vắng số {cut(number, 20)} của anh/chị. Gửi /vangmat để xem danh sách.")
