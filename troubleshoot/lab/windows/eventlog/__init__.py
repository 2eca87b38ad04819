"""Reading the event logs of a simulated host."""
