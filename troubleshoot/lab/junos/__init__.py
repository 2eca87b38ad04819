"""Simulated Junos routers: a candidate configuration with commits, and daemons that trace what happens."""
