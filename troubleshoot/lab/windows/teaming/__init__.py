"""Teams of network cards (LBFO) of the simulated Windows."""
