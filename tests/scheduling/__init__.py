"""Scheduling: due times, the dispatcher, what wakes it."""
