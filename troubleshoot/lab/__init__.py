"""The built-in lab: a simulated network served over real SSH on loopback, to learn on and to test against."""
