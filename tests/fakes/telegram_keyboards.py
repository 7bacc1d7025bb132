"""The check of a reply_markup: what the platform lets a bot put under a message."""

import json
from urllib.parse import urlsplit

from tests.fakes.http_params import Params
from tests.fakes.telegram_errors import Json, refused

MOST_BUTTONS = 100
_OTHER_KINDS = (
    "callback_game", "pay", "switch_inline_query", "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat", "login_url", "web_app", "copy_text",
)  # fmt: skip


def read_markup(params: Params) -> Json | None:
    """The reply_markup of a request, None when there is none. Raises ApiError when the platform would refuse it."""
    try:
        markup = params.parsed("reply_markup")
    except json.JSONDecodeError as error:
        raise refused("can't parse reply keyboard markup JSON object") from error
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise refused("object expected as reply markup")
    if "inline_keyboard" in markup:
        return {"inline_keyboard": _rows(markup["inline_keyboard"])}
    return markup


def buttons_of(markup: Json | None) -> list[Json]:
    """All the buttons under a message, row after row."""
    return [button for row in (markup or {}).get("inline_keyboard", []) for button in row]


def _rows(rows: object) -> list[list[Json]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise refused('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    if sum(len(row) for row in rows) > MOST_BUTTONS:
        raise refused("reply markup is too long")
    return [[_button(button) for button in row] for row in rows if row]


def _button(button: object) -> Json:
    start = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise refused(start + "InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise refused(start + 'Can\'t find field "text"')
    if not button["text"]:
        raise refused("inline keyboard button text must be non-empty")
    if button.get("url"):
        _check_url(button["url"])
    elif button.get("callback_data"):
        if len(str(button["callback_data"]).encode()) > 64:
            raise refused("BUTTON_DATA_INVALID")
    elif not any(kind in button for kind in _OTHER_KINDS):
        raise refused(start + "Text buttons are unallowed in the inline keyboard")
    return button


def _check_url(url: str) -> None:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    local = "." not in (parts.hostname or "") and parts.scheme != "tg"
    if parts.scheme not in ("http", "https", "tg") or local:
        raise refused(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
