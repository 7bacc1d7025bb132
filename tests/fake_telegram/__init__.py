"""The fake Bot API server keeps the platform's promises and limits; the real python-telegram-bot talks to it."""
