"""What a host is: its hardware, its network, its power."""
