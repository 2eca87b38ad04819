"""A member's secure channel to its domain: nltest, netdom, w32tm and the cmdlets about it."""
