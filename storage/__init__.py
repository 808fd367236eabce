"""Everything that is kept: the only SQL."""
