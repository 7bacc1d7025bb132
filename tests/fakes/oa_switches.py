"""Every point on which the sources about the platform disagree, as a switch."""

from dataclasses import dataclass
from typing import Literal


@dataclass(slots=True)
class Switches:
    """How this platform behaves; change one at any time."""

    expires_in: Literal["text", "number"] = "text"
    tells_refresh_expiry: bool = False  # whether refresh_token_expires_in is told
    access_seconds: int = 90_000
    refresh_seconds: int = 90 * 86_400
    token_code: Literal[-216, -220] = -216  # the refusal of an access token that does not serve
    signature: Literal["mac=", "bare"] = "mac="
    signed_with: Literal["app", "oa"] = "app"
    quotes: Literal["sender", "bare"] = "sender"  # whether a quote tells whose message it was
    wrapped_lists: bool = False  # whether a history is {"messages": […]} instead of a list
    webhook_tries: int = 3
    webhook_pause: float = 0.05
