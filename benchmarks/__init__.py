"""Benchmarks: what the product does in how much time and memory, beside something bare in the same run."""
