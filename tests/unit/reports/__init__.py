"""The papers: words, forms, layout, what is said of whom."""
