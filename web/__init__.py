"""The pages of digestbot."""
