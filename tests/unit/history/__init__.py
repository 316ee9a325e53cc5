"""The history over both databases, with real servers, real processes and real cuts."""
