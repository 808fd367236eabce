"""WeCom: the app in a company's directory, and its group robots, as channels."""
