"""Simulated DNS servers: zones from the lab's description, answered over real UDP and TCP on loopback."""
