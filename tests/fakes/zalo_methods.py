"""The methods about the bot itself and its webhook."""

from tests.fakes.http_params import Params
from tests.fakes.zalo_errors import ApiError, Json, Method
from tests.fakes.zalo_limits import read_url
from tests.fakes.zalo_switches import Switches
from tests.fakes.zalo_updates import Updates, webhook_is_set
from tests.fakes.zalo_webhook import Webhook
from tests.fakes.zalo_world import World


class Methods:
    """Answers them from the world."""

    def __init__(self, world: World, switches: Switches, updates: Updates, webhook: Webhook) -> None:
        self._world = world
        self._switches = switches
        self._updates = updates
        self._webhook = webhook
        self.methods: dict[str, Method] = {
            "getMe": self._get_me,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._get_webhook_info,
        }

    def _get_me(self, params: Params) -> Json:
        bot = self._world.bot
        shape: Json = {
            "id": bot.id,
            "account_name": bot.account_name,
            "account_type": "BASIC",
            "can_join_groups": bot.can_join_groups,
        }
        if self._switches.bot_display_name:
            shape["display_name"] = bot.display_name
        return shape

    def _set_webhook(self, params: Params) -> Json:
        url = read_url(params, "url", schemes=("https",))
        secret = params.text("secret_token")
        if not 8 <= len(secret) <= 256:
            raise ApiError(400, "secret_token must be from 8 to 256 characters")
        self._webhook.url, self._webhook.secret = url, secret
        self._updates.end_polls(webhook_is_set())
        return self._changed()

    def _delete_webhook(self, params: Params) -> Json:
        self._webhook.url = self._webhook.secret = ""
        return self._changed()

    def _get_webhook_info(self, params: Params) -> Json:
        if not self._webhook.url and self._switches.webhook_info == "404":
            raise ApiError(404)
        return self._shape()

    def _changed(self) -> Json:
        self._webhook.updated_at = int(self._world.clock() * 1000)
        return self._shape()

    def _shape(self) -> Json:
        return {"url": self._webhook.url, "updated_at": self._webhook.updated_at}
