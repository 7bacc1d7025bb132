"""Fetching a file that somebody sent to a chat."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Fetch = Callable[[Mapping[str, Any]], Awaitable[bytes]]
"""Gives the bytes of an attachment as the channel described it. Raises NotFetched."""


class NotFetched(Exception):
    """The channel did not hand the file over."""
