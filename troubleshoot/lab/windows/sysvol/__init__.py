"""SYSVOL on domain controllers: the migration from FRS to DFS Replication."""
