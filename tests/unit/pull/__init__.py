"""A PC that pulls: what it believes, what cuts leave, how it applies."""
