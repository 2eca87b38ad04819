"""The registry of a simulated host: keys, values, and the tools that show them."""
