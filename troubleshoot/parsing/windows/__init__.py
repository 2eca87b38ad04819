"""Parsers of Windows output: native tools and scripts that print CSV or `key=value` lines and then `end`."""
