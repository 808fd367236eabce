"""The channels in the running program: what each brings along, and what is the same for all of them."""
