"""Telegram: the Bot API in, the Bot API out."""
