"""The OAuth server: a refresh token buys a pair once; the pair it has bought is the only one that serves."""

import secrets
from collections.abc import Callable

from tests.fakes.http_params import Params
from tests.fakes.http_server import Request, Response
from tests.fakes.oa_errors import ApiError, bare
from tests.fakes.oa_switches import Switches


class Auth:
    """The tokens of one app."""

    def __init__(self, switches: Switches, clock: Callable[[], float]) -> None:
        self.app_id = "3217896540123456789"
        self.secret = "fake-app-secret"
        self.refresh = "fake-refresh-0"
        self.refresh_until = clock() + switches.refresh_seconds
        self.access: dict[str, float] = {}  # token -> until when
        self.purchases = 0
        self.reused = 0  # how often somebody came with a refresh token that was used up
        self._used: set[str] = set()
        self._switches = switches
        self._clock = clock

    def token(self, request: Request, params: Params) -> Response:
        """POST /v4/oa/access_token. Raises ApiError."""
        if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            raise ApiError(-201, "a form is expected")
        if params.text("app_id") != self.app_id or request.headers.get("secret_key") != self.secret:
            raise ApiError(-14002)
        if params.text("grant_type") != "refresh_token":
            raise ApiError(-201, "grant_type")
        given = params.text("refresh_token")
        if given != self.refresh or self._clock() > self.refresh_until:
            self.reused += given in self._used
            raise ApiError(-14014)
        return bare(self._next_pair())

    def check(self, request: Request) -> None:
        """The header of every call. Raises ApiError."""
        until = self.access.get(request.headers.get("access_token", ""))
        if until is None or self._clock() >= until:
            raise ApiError(self._switches.token_code)

    def revoke_access(self) -> None:
        """Let no access token serve any more."""
        self.access.clear()

    def revoke_refresh(self) -> None:
        """Let the refresh token buy nothing any more."""
        self.refresh = ""

    def _next_pair(self) -> dict[str, object]:
        self._used.add(self.refresh)
        self.purchases += 1
        self.refresh = f"fake-refresh-{self.purchases}-{secrets.token_hex(8)}"
        self.refresh_until = self._clock() + self._switches.refresh_seconds
        access = f"fake-access-{self.purchases}-{secrets.token_hex(8)}"
        self.access[access] = self._clock() + self._switches.access_seconds
        seconds = self._switches.access_seconds
        pair: dict[str, object] = {
            "access_token": access,
            "refresh_token": self.refresh,
            "expires_in": str(seconds) if self._switches.expires_in == "text" else seconds,
        }
        if self._switches.tells_refresh_expiry:
            pair["refresh_token_expires_in"] = str(self._switches.refresh_seconds)
        return pair
