"""The command line of cmd.exe: parsing, variables, redirection, and the commands that are built into it."""
