"""Guided troubleshooting in the terminal: decision trees, live diagnostics, proven verdicts, safe fixes."""

__version__ = "0.1.0"
