"""BGP-4 with VPNv4 routes (RFC 4271, 4364, 4456) as IOS runs it."""
