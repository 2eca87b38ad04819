"""How the simulated repadmin speaks."""
