"""WeCom: the app and the group robots."""
