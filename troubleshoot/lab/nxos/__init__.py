"""A simulated pair of Nexus switches with vPC: model, what follows from it, and the command line of NX-OS."""
