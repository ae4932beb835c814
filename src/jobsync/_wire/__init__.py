"""How Python values and the words of the contract travel."""
