"""The methods about the bot itself, its commands, chats, files and pressed buttons."""

import re
import time

from tests.fakes.http_params import Params
from tests.fakes.telegram_errors import QUERY_TOO_OLD, Json, Method, refused
from tests.fakes.telegram_groups import Groups
from tests.fakes.telegram_log import Answer, Log
from tests.fakes.telegram_people import People
from tests.fakes.telegram_shapes import file_json, full_chat_json, member_json, user_json
from tests.fakes.telegram_updates import Updates
from tests.fakes.telegram_world import MOST_DOWNLOAD_BYTES, Group, User, World

MOST_COMMANDS = 100
_COMMAND = re.compile(r"[a-z0-9_]+")
_ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
})  # fmt: skip
_PROFILE = ("description", "short_description", "name")


class Methods:
    """Answers them from the world; `commands` are kept by scope, such as "all_group_chats" or "chat_member:-5:7"."""

    def __init__(self, world: World, log: Log, updates: Updates, people: People, groups: Groups) -> None:
        self._world = world
        self._log = log
        self._updates = updates
        self._people = people
        self._groups = groups
        self.commands: dict[str, list[tuple[str, str]]] = {}
        self.profile: dict[str, str] = {}
        self.query_seconds = 15.0
        self.methods: dict[str, Method] = {
            "getme": self._get_me,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._set_webhook,
            "getwebhookinfo": self._get_webhook_info,
            "setmycommands": self._set_commands,
            "deletemycommands": self._delete_commands,
            "getmycommands": self._get_commands,
            "setchatmenubutton": self._accept,
            "answercallbackquery": self._answer_query,
            "getfile": self._get_file,
            "getchat": self._get_chat,
            "getchatmember": self._get_member,
            "getchatadministrators": self._get_administrators,
            "getchatmembercount": self._count_members,
            "sendchataction": self._act,
            "leavechat": self._leave,
        }
        for name in _PROFILE:
            plain = name.replace("_", "")
            self.methods |= {f"setmy{plain}": self._set_profile, f"getmy{plain}": self._get_profile}

    def _get_me(self, method: str, params: Params) -> Json:
        bot = self._world.bot
        return {
            **user_json(bot),
            "can_join_groups": bot.can_join_groups,
            "can_read_all_group_messages": bot.can_read_all_group_messages,
            "supports_inline_queries": False,
        }

    def _set_webhook(self, method: str, params: Params) -> bool:
        self._updates.webhook_url = params.text("url") if method == "setwebhook" else ""
        if params.flag("drop_pending_updates"):
            self._updates.drop()
        return True

    def _get_webhook_info(self, method: str, params: Params) -> Json:
        return {
            "url": self._updates.webhook_url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
        }

    def _set_commands(self, method: str, params: Params) -> bool:
        given = params.parsed("commands") or []
        if not isinstance(given, list):
            raise refused("expected an Array of BotCommand")
        scope = self._scope(params)
        commands = [_checked_command(command) for command in given]
        if len(commands) > MOST_COMMANDS:
            raise refused("BOT_COMMANDS_TOO_MUCH")
        if any(not _COMMAND.fullmatch(name) for name, _ in commands):
            raise refused("BOT_COMMAND_INVALID")
        if commands:
            self.commands[scope] = commands
        else:
            self.commands.pop(scope, None)
        return True

    def _delete_commands(self, method: str, params: Params) -> bool:
        self.commands.pop(self._scope(params), None)
        return True

    def _get_commands(self, method: str, params: Params) -> list[Json]:
        found = self.commands.get(self._scope(params), [])
        return [{"command": name, "description": description} for name, description in found]

    def _scope(self, params: Params) -> str:
        given = params.parsed("scope") or {"type": "default"}
        parts = [str(given.get("type", "default"))]
        if parts[0] in ("chat", "chat_administrators", "chat_member"):
            parts.append(str(self._world.readable(str(given.get("chat_id", ""))).id))
        if parts[0] == "chat_member":
            parts.append(str(given.get("user_id", 0)))
        language = params.text("language_code")
        return ":".join(parts) + (f"/{language}" if language else "")

    def _set_profile(self, method: str, params: Params) -> bool:
        name = next(name for name in _PROFILE if method == f"setmy{name.replace('_', '')}")
        self.profile[name] = params.text(name)
        return True

    def _get_profile(self, method: str, params: Params) -> Json:
        name = next(name for name in _PROFILE if method == f"getmy{name.replace('_', '')}")
        return {name: self.profile.get(name, "")}

    def _accept(self, method: str, params: Params) -> bool:
        return True

    def _answer_query(self, method: str, params: Params) -> bool:
        query_id = params.text("callback_query_id")
        pressed_at = self._people.queries.get(query_id)
        if pressed_at is None or time.monotonic() - pressed_at > self.query_seconds:
            raise refused(QUERY_TOO_OLD)
        if len(params.text("text")) > 200:
            raise refused("MESSAGE_TOO_LONG")
        del self._people.queries[query_id]
        self._log.answers.append(Answer(time.monotonic(), query_id, params.text("text"), params.flag("show_alert")))
        return True

    def _get_file(self, method: str, params: Params) -> Json:
        file_id = params.text("file_id")
        if not file_id:
            raise refused("file_id not specified")
        stored = self._world.file(file_id)
        if stored is None:
            raise refused("invalid file_id")
        if stored.size > MOST_DOWNLOAD_BYTES:
            raise refused("file is too big")
        return file_json(stored)

    def _get_chat(self, method: str, params: Params) -> Json:
        return full_chat_json(self._world.readable(params.text("chat_id")))

    def _get_member(self, method: str, params: Params) -> Json:
        user_id = params.integer("user_id")
        if user_id <= 0:
            raise refused("invalid user_id specified")
        bot = self._world.bot
        chat = self._world.readable(params.text("chat_id"), members=user_id != bot.id)
        if user_id == bot.id:
            return member_json(bot, chat.bot_status if isinstance(chat, Group) else "member")
        user = self._world.users.get(user_id)
        if user is None:
            raise refused("user not found")
        return member_json(user, chat.members.get(user_id, "left") if isinstance(chat, Group) else "member")

    def _get_administrators(self, method: str, params: Params) -> list[Json]:
        group = self._group(params, "there are no administrators in the private chat")
        high = [(self._world.users[one], status) for one, status in group.members.items() if status != "member"]
        found = [member_json(user, status) for user, status in high if status in ("creator", "administrator")]
        if group.bot_status == "administrator":
            found.append(member_json(self._world.bot, "administrator"))
        return found

    def _count_members(self, method: str, params: Params) -> int:
        chat = self._world.readable(params.text("chat_id"), members=True)
        return 2 if isinstance(chat, User) else sum(status != "left" for status in chat.members.values()) + 1

    def _act(self, method: str, params: Params) -> bool:
        if params.text("action") not in _ACTIONS:
            raise refused("wrong parameter action in request")
        self._world.writable(params.text("chat_id"), max(params.integer("message_thread_id"), 0))
        return True

    def _leave(self, method: str, params: Params) -> bool:
        group = self._group(params, "chat member status can't be changed in private chats")
        self._groups.bot_becomes(group, "left")
        return True

    def _group(self, params: Params, refusal: str) -> Group:
        chat = self._world.readable(params.text("chat_id"), members=True)
        if isinstance(chat, User):
            raise refused(refusal)
        return chat


def _checked_command(command: object) -> tuple[str, str]:
    if not isinstance(command, dict) or not {"command", "description"} <= command.keys():
        raise refused("can't parse BotCommand: expected an Object")
    name = str(command["command"]).strip().removeprefix("/")
    description = str(command["description"]).strip()
    if not name:
        raise refused("command must be non-empty")
    if len(name) > 32:
        raise refused("command length must not exceed 32")
    if not description:
        raise refused("command description must be non-empty")
    if len(description) > 256:
        raise refused("command description length must not exceed 256")
    return name, description
