"""Routing and Remote Access of a simulated Windows host: RIP, and `netsh routing ip rip`."""
