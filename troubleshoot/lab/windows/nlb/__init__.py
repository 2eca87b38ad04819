"""Network Load Balancing inside a virtual machine."""
