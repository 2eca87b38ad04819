"""The WS-Management configuration of a simulated host, and the tools that show and change it."""
