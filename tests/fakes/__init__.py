"""Stand-ins for the platforms: real HTTP on loopback, which enforces what the platform enforces."""
