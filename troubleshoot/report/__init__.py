"""What an incident comes to: its result, its report, its exit code."""
