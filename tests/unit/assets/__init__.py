"""Assets: cards and events, wear, advice, states, lists, commands."""
