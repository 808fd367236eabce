"""The running program: entry, wiring, channels, clock, worker."""
