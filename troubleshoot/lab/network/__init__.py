"""A small model of an IP multicast network: configuration in, computed state out. No I/O, no clock of its own."""
