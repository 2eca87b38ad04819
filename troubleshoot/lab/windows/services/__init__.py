"""The service control manager of a simulated host, and the tools that talk to it."""
