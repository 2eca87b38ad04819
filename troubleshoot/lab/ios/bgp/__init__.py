"""BGP on the command line: configuration and displays."""
