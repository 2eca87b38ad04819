"""The Hyper-V role: virtual machines, their adapters and memory, and what the host shows of them."""
