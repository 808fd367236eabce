"""The words and the rules of digestbot: pure values and decisions, no input or output."""
