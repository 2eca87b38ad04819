"""Simulated Windows hosts: one state per host, from which every answer is computed, served over real WinRM."""
