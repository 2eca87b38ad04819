"""Parsers for Cisco IOS and IOS-XE."""
