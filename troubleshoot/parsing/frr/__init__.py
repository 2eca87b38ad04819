"""Parsers for FRRouting (vtysh): JSON first, the padded text tables for pasted output."""
