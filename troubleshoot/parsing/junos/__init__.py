"""Parsers for Juniper Junos."""
