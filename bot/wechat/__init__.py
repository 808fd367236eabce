"""WeChat official accounts as a channel."""
