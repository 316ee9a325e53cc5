"""The assets: cards, what happened to them, wear by law, advice, and the states of a disposal."""
