"""Which parsers exist, a module for each area of the field; :mod:`..registry` puts them together."""
