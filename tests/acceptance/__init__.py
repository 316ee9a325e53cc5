"""The reading room as the people in it meet it; also run against real rooms."""
