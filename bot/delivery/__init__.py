"""Delivery by many processes on one PostgreSQL: shared slots, tickets, elections."""
