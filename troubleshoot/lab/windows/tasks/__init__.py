"""The task scheduler of a simulated host."""
