"""Everything that can be asked of digestbot: one module per request."""
