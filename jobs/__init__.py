"""Floor 4: what must be said now: the alert decision, digests, delivery, the timetable."""
