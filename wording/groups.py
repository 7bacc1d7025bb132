"""What the bot says to a group about itself."""

from collections.abc import Sequence

from wording.channels import channel_name
from wording.message import Block, Reply, say
from wording.refusals import Refusal


def greeting() -> Reply:
    """The bot has just been added to a group."""
    return say(
        "Xin chào! Đây là bot nhắc việc của cơ quan.",
        "Để nhóm này nhận lời nhắc, công chức CCHC gửi lệnh /ketnoi ngay trong nhóm.",
    )


def title_of(channel: str, number: int) -> str:
    """A group whose name the platform does not tell."""
    name = channel_name(channel)
    return f"{name} {number}" if number > 1 else name


def linked(title: str, role: str, moved: bool) -> Reply:
    """The group gets the alerts now: all of them, or those of one role."""
    lines = [_now_linked(title, role)]
    if moved:
        lines.append("Lời nhắc chuyển về chủ đề này; chủ đề kết nối trước đó không nhận nữa.")
    return say(
        *lines, "Bot đang tự kiểm tra quyền của mình trong nhóm và báo ngay dưới đây. Ngừng kết nối: /huyketnoi"
    )


def _now_linked(title: str, role: str) -> str:
    what = f"lời nhắc các việc của {role}" if role else "mọi lời nhắc việc chung của cơ quan"
    return f"🔗 Đã kết nối nhóm “{title}”. Từ nay nhóm nhận {what}."


def linked_by_mention(title: str, role: str) -> Reply:
    """The same on a platform that delivers from a group only what mentions the bot or answers it."""
    return say(
        _now_linked(title, role),
        "Trong nhóm này bot chỉ đọc được tin có nhắc tên bot (gõ @ rồi chọn tên bot) và tin trả lời tin của bot. "
        "Ngừng kết nối: nhắc tên bot rồi gõ huyketnoi.",
    )


def rights(missing: Sequence[str]) -> Reply:
    """What the bot may not do in the group, each with what to do."""
    if not missing:
        return say("✅ Bot có đủ quyền trong nhóm này.")
    return Reply(
        (
            Block("⚠️ Bot còn thiếu quyền trong nhóm này", heading=True),
            *(Block(f"• {each}") for each in missing),
            Block("Quản trị viên của nhóm chỉnh lại, rồi công chức CCHC gửi /ketnoi lần nữa để kiểm tra."),
        )
    )


def unlinked(title: str) -> Reply:
    """The group gets nothing more."""
    return say(f"Đã ngừng kết nối nhóm “{title}”. Bot không gửi gì vào nhóm này nữa. Kết nối lại: /ketnoi")


def link_in_the_group() -> Refusal:
    """Said in private, where there is no group."""
    return Refusal("Anh/chị gửi /ketnoi ngay trong nhóm, sau khi đã thêm bot vào nhóm đó.")


def which_group(linked: Sequence[tuple[int, str, str]]) -> Refusal:
    """Said in private: which of the linked groups is meant."""
    if not linked:
        return Refusal("Chưa có nhóm nào được kết nối.")
    lines = [f"• số {number}: {title} ({channel_name(channel)})" for number, title, channel in linked]
    return Refusal(
        "\n".join(
            [
                "Các nhóm đang kết nối:",
                *lines,
                f"Ngừng kết nối nhóm nào, gửi /huyketnoi kèm số, ví dụ: /huyketnoi {linked[0][0]}",
            ]
        )
    )


def which_role(words: str, example: str) -> Refusal:
    """A group gets everything, or what concerns one role."""
    return Refusal(
        f"Chưa rõ vị trí “{words}”. Gửi /ketnoi để nhóm nhận mọi lời nhắc, hoặc kèm một vị trí, "
        f"ví dụ: /ketnoi {example}"
    )
