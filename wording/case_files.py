"""Why a file of cases is not read, in sentences that say what to do. No cell of the file is ever repeated:
under a wrong heading it may be a citizen's name."""

from collections.abc import Sequence

EMPTY = "Tệp không có dữ liệu. Anh/chị xuất lại danh sách hồ sơ từ phần mềm Một cửa rồi gửi lại."
TOO_BIG = (
    "Tệp quá lớn hoặc bung ra quá lớn nên bot không mở. "
    "Anh/chị xuất lại theo khoảng thời gian ngắn hơn (dưới 30 MB) rồi gửi lại."
)
TOO_MANY_ROWS = (
    "Tệp có hơn 100.000 dòng nên bot không đọc. Anh/chị xuất lại theo khoảng thời gian ngắn hơn rồi gửi lại."
)
MACROS = (
    "Tệp có chứa macro (chương trình) nên bot không mở. "
    "Anh/chị mở bằng Excel, lưu lại dạng Excel Workbook (.xlsx) rồi gửi lại."
)
LOCKED = "Tệp có đặt mật khẩu nên bot không đọc được. Anh/chị bỏ mật khẩu, lưu lại rồi gửi lại."
BROKEN = "Tệp hỏng hoặc không phải bảng tính Excel. Anh/chị mở thử bằng Excel, lưu lại dạng .xlsx rồi gửi lại."
NOT_UTF8 = "Tệp không ở dạng UTF-8. Anh/chị lưu lại dạng “CSV UTF-8” hoặc Excel (.xlsx) rồi gửi lại."
NOT_A_TABLE = "Tệp không phải bảng hồ sơ. Bot đọc được tệp .xlsx, .xls và .csv do phần mềm Một cửa xuất ra."
NO_HEADINGS = (
    "Bot không tìm thấy dòng tiêu đề của bảng hồ sơ. Bảng cần có các cột: "
    "Mã hồ sơ, Tên thủ tục, Ngày tiếp nhận, Ngày hẹn trả, Trạng thái."
)
NO_CASES = "Dưới dòng tiêu đề không có hồ sơ nào. Anh/chị kiểm tra lại bộ lọc khi xuất rồi gửi lại."
CODE, PROCEDURE, RECEIVED, DUE, STATUS = "Mã hồ sơ", "Tên thủ tục", "Ngày tiếp nhận", "Ngày hẹn trả", "Trạng thái"
_NOTHING_DONE = "Bot chưa ghi gì."
_SHIFTED = "Có thể các cột bị lệch so với tiêu đề; anh/chị xuất lại tệp rồi gửi lại."


def missing_columns(names: Sequence[str]) -> str:
    """The table lacks columns without which nothing can be said about a case."""
    listed = ", ".join(f"“{name}”" for name in names)
    return f"Bảng thiếu cột {listed}. Anh/chị xuất lại tệp có đủ các cột này. {_NOTHING_DONE}"


def _row(number: int, what: str, why: str = _SHIFTED) -> str:
    return f"Dòng {number}: {what} {why} {_NOTHING_DONE}"


def too_few_cells(row: int, cells: int, headings: int) -> str:
    """The row is shorter than the headings need."""
    return _row(row, f"bảng có {headings} tiêu đề nhưng dòng này chỉ có {cells} ô.")


def no_code(row: int) -> str:
    """Dates without a code."""
    return _row(row, "có ngày nhưng thiếu mã hồ sơ.")


def not_a_code(row: int, column: str) -> str:
    """Something else stands under the code's heading."""
    return _row(row, f"ô dưới cột “{column}” không phải mã hồ sơ.")


def not_a_procedure(row: int, column: str) -> str:
    """Something else stands under the procedure's heading."""
    return _row(row, f"ô dưới cột “{column}” không phải tên thủ tục.")


def not_an_officer(row: int, column: str) -> str:
    """Something else stands under the officer's heading."""
    return _row(row, f"ô dưới cột “{column}” không phải tên cán bộ hoặc đơn vị.")


def not_a_day(row: int, column: str) -> str:
    """Something else stands under a date's heading."""
    return _row(row, f"ô dưới cột “{column}” không phải ngày dạng 17/06/2023.")


def formula(row: int, column: str) -> str:
    """A formula stands under a date's heading."""
    return _row(
        row,
        f"ô dưới cột “{column}” chứa công thức, không phải ngày.",
        "Anh/chị dùng tệp gốc do phần mềm xuất ra, chưa sửa bằng Excel.",
    )


def no_day(row: int, column: str) -> str:
    """A case without a date that it must have."""
    return _row(row, f"hồ sơ đang giải quyết hoặc đã xong mà cột “{column}” để trống.")


def no_finish_column(row: int) -> str:
    """Finished cases, but no column that says when."""
    return _row(
        row,
        "hồ sơ đã xong nhưng bảng không có cột “Ngày kết thúc xử lý”.",
        "Anh/chị xuất lại tệp có cột này.",
    )


def out_of_order(row: int, first: str, later: str) -> str:
    """A date lies before one that must come first."""
    return _row(row, f"“{later}” sớm hơn “{first}”.")


def unknown_status(row: int, column: str) -> str:
    """A status that nobody has told the bot about."""
    return _row(
        row,
        f"bot chưa biết trạng thái ghi ở cột “{column}”.",
        "Nếu cột không bị lệch, nhờ người quản trị thêm trạng thái này vào mục [cases.statuses] của tệp chính sách.",
    )
