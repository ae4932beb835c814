"""Benchmarks, each beside the peer or the naive way that it is compared with."""
