"""Certification authorities of the simulated forest: real certificates, NTAuth in its places, and certutil."""
