"""The HTTP server. It runs at its first use: a bot that polls does not need it."""

from records.first_use import put_off

put_off(__name__)
