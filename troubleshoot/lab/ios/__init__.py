"""The Cisco IOS command line of a simulated router: grammar, EXEC and configuration commands, renderers, terminal."""
