"""How much of a file is read, and what the reading process may use for it."""

LARGEST = 30 * 1024 * 1024  # bytes of a file
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MEMORY = 1024**3  # bytes of address space
SECONDS = 60  # of processor time

Rows = list[list[str]]
