"""The papers: what officials sign and file, made of recorded facts alone."""
