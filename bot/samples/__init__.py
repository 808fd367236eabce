"""Eight sample issues for the demonstration; their dates are replaced when they are shown."""
