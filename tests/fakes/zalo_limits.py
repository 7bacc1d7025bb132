"""What the platform accepts: lengths, public addresses, codes of styles, so many messages a month."""

import ipaddress
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from tests.fakes.http_params import Params
from tests.fakes.utf16 import utf16_length
from tests.fakes.zalo_errors import ApiError, Json
from tests.fakes.zalo_switches import Switches

MOST_TEXT = 2000  # UTF-16 units, the stricter of the two readings
_STYLE = re.compile(r"[bius]|f_(13|15|18|20)|c_(050a19|15a85f|db342e|f27806|f7b503)|lst_[12]|ind_[1-5]")
_VIETNAM = timedelta(hours=7)


class Quota:
    """Counts the messages of a month, by Vietnam's calendar."""

    def __init__(self, switches: Switches, clock: Callable[[], float]) -> None:
        self.used: Counter[str] = Counter()  # by month, as "2023-06"
        self._switches = switches
        self._clock = clock

    @property
    def month(self) -> str:
        """The month it is."""
        return f"{datetime.fromtimestamp(self._clock(), UTC) + _VIETNAM:%Y-%m}"

    def check(self) -> None:
        """Refuse a message when the month's are used up. Raises ApiError."""
        most = self._switches.monthly_quota
        if most is not None and self.used[self.month] >= most:
            raise ApiError(429)

    def take(self) -> None:
        """Count one message."""
        self.used[self.month] += 1


def read_text(params: Params, name: str) -> str:
    """A text of 1 to 2000 characters. Raises ApiError."""
    text = params.text(name)
    if not text.strip():
        raise ApiError(400, f"{name} is empty")
    if utf16_length(text) > MOST_TEXT:
        raise ApiError(400, f"{name} must be from 1 to {MOST_TEXT} characters")
    return text


def read_format(params: Params, text: str) -> tuple[str, tuple[Json, ...]]:
    """The parse mode and the styles; with a parse mode the styles are not even looked at. Raises ApiError."""
    mode = params.text("parse_mode")
    if mode not in ("", "markdown", "html"):
        raise ApiError(400, "parse_mode must be markdown or html")
    if mode:
        return mode, ()
    try:
        styles = params.parsed("text_styles") or []
        if not isinstance(styles, list) or not all(_is_style(style, utf16_length(text)) for style in styles):
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise ApiError(400, "text_styles is invalid") from None
    return "", tuple(styles)


def _is_style(style: Json, length: int) -> bool:
    start, size, codes = style["start"], style["len"], style["st"]
    inside = start >= 0 and size > 0 and start + size <= length
    return inside and isinstance(codes, list) and all(_STYLE.fullmatch(code) for code in codes)


def read_url(params: Params, name: str, *, schemes: tuple[str, ...] = ("http", "https"), ending: str = "") -> str:
    """An address that can be reached from the internet. Raises ApiError."""
    url = params.text(name)
    try:
        parts = urlsplit(url)
        usable = parts.scheme in schemes and _is_public(parts.hostname or "") and parts.path.endswith(ending)
    except ValueError:
        usable = False
    if not usable:
        kind = " or ".join(schemes)
        raise ApiError(400, f"{name} must be a public {kind} URL" + (f" that ends with {ending}" if ending else ""))
    return url


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal"))
