"""The only places that touch the network. Errors of other libraries become ours here."""
