"""What a workstation's parts say of themselves, and what the rules make of it."""
