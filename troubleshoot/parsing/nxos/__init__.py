"""Parsers for Cisco NX-OS."""
