"""What the bot may not do in a group of a platform that has rights, each with what to do about it."""

NOT_IN_GROUP = "Bot không còn trong nhóm; cần thêm bot vào lại."
CANNOT_POST = "Bot chưa được gửi tin nhắn vào nhóm; cần cho phép thành viên gửi tin hoặc đặt bot làm quản trị viên."
CANNOT_SEND_FILES = (
    "Bot chưa được gửi ảnh và tệp vào nhóm, nên thông báo có tệp kèm theo sẽ chỉ còn phần chữ; "
    "cần cho phép gửi ảnh và tệp hoặc đặt bot làm quản trị viên."
)
