"""What the account did."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of the account in a group or to a person: a text, a "file" (its name) or an "image" (its name)."""

    at: float
    chat_id: str
    message_id: str
    kind: str
    text: str = ""
    content: bytes = b""
    billed: bool = False
