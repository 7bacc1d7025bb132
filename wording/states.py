"""The four states: their names, and marks that can be told apart without colour."""

from records.figures import State
from wording.sheets import Why

NAMES = {
    State.ON_TIME: "Xong đúng hạn",
    State.LATE: "Xong muộn",
    State.OPEN: "Còn hạn",
    State.OVERDUE: "Quá hạn",
}
MARKS = {State.ON_TIME: "✔", State.LATE: "◑", State.OPEN: "○", State.OVERDUE: "▲"}
REASONS: dict[Why, str] = {
    "continuous": "Thường xuyên",
    "before_tracking": "Qua trước khi theo dõi",
    "not_begun": "Chưa đến kỳ",
}
