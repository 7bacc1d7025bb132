"""Reading an export of the one-stop software: bytes → rows (in a process of its own) → headings → typed cases."""
