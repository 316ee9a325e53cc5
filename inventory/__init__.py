"""What we own and what we want: the data, and the loader that checks it."""
