"""Every point on which those who watched the real platform disagree, as a switch."""

from dataclasses import dataclass
from typing import Literal, get_args, get_origin, get_type_hints


@dataclass(slots=True)
class Switches:
    """How this platform behaves. Change one at any time, by assignment or by `change`."""

    # HTTP and envelope
    idle_http: Literal[200, 408] = 200  # the HTTP status of "nothing arrived"
    error_http: Literal[200, "same"] = 200  # that of any other refusal: 200, or the same as its error_code
    success_code: bool = False  # whether a success carries "error_code": 0
    # getUpdates
    delivery: Literal["once", "replay"] = "once"  # replay: what was delivered comes back on every later poll, at once
    result: Literal["object", "list"] = "object"  # one update, or a list of all there are
    empty: Literal["error", "{}", "null", "missing", "[]"] = "error"  # nothing arrived: refusal 408, or such a result
    older_poll: Literal["stays", "409"] = "stays"  # with a second poll: both stay and steal from each other, or 409
    longest_poll: float = 60.0  # seconds after which a poll ends, whatever its timeout
    # the webhook
    webhook: Literal["wrapped", "bare"] = "wrapped"  # {"ok": true, "result": update}, or the update by itself
    webhook_info: Literal["404", "empty"] = "404"  # what getWebhookInfo answers while none is set
    webhook_tries: int = 3
    webhook_pause: float = 0.05  # seconds between the tries
    webhook_timeout: float = 5.0
    # events
    mention_gate: bool = True  # a group's message reaches the bot only with a mention or as a reply to it
    mention_prefix: bool = True  # such a mention stands in the text as "@Bot name "
    ids_differ: bool = False  # a person's from.id in a group is not that in the private chat
    links: Literal["unsupported", "link", "text"] = "unsupported"  # the event for a text with a link
    date_unit: Literal["ms", "s"] = "ms"
    photo_field: Literal["photo", "photo_url", "both"] = "photo_url"
    message_type: bool = True  # whether messages carry the undocumented message_type
    bare_sender: bool = False  # `from` holds nothing but the id
    echo: bool = False  # the bot's own messages come back to it
    # whom and how much
    strangers: Literal["refused", "reached"] = "refused"  # people who never wrote to the bot
    unreachable: Literal[400, 403, 404] = 404  # the code for a chat that the bot cannot write to
    group_voice: Literal["refused", "lost"] = "refused"  # a voice to a group; lost: answered ok, never delivered
    monthly_quota: int | None = None  # so many messages a month, then 429
    bot_display_name: bool = True  # whether getMe tells the display name

    def change(self, **settings: object) -> None:
        """Change switches by name. Raises ValueError for what is none of them, and for a value they do not have."""
        kinds = get_type_hints(type(self))
        for name, value in settings.items():
            if name not in kinds:
                raise ValueError(f"there is no switch {name}")
            if not _fits(value, kinds[name]):
                raise ValueError(f"{name} is not {value!r} but {kinds[name]}")
            setattr(self, name, value)


def _fits(value: object, kind: type) -> bool:
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, int | float if kind is float else kind)
