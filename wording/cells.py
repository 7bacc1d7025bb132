"""Cells of a table that people open in a spreadsheet program: text stays text there."""

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def inert(cell: str) -> str:
    """The text, marked as text where a spreadsheet program would take it for a formula and run it."""
    return f"'{cell}" if cell.startswith(_BEGINS_A_FORMULA) else cell
