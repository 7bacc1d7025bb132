"""Fetching a file that somebody sent to a chat."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

LARGEST = 20 * 1024 * 1024  # bytes; Telegram hands over no larger file

Fetch = Callable[[Mapping[str, Any]], Awaitable[bytes]]
"""Gives the bytes of an attachment as the channel described it. Raises NotFetched."""


class NotFetched(Exception):
    """The channel did not hand the file over."""
