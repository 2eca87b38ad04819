"""The simulated PowerShell: scripts of the subset in `troubleshoot.core.powershell`, run on a simulated host."""
