"""How figures are summed up: medians and their ratio, with the spread beside them."""

from statistics import median, quantiles


def milliseconds(samples: list[float]) -> str:
    """Return `p50 1.23 ms, p95 2.34 ms` for samples in seconds."""
    return f"p50 {median(samples) * 1e3:.2f} ms, p95 {quantiles(samples, n=20)[-1] * 1e3:.2f} ms"


def microseconds(samples: list[float]) -> str:
    """Return `p50 1.2 us, p99 23.4 us` for samples in seconds."""
    return f"p50 {median(samples) * 1e6:.1f} us, p99 {quantiles(samples, n=100)[-1] * 1e6:.1f} us"


def compare(name: str, ours: list[float], peer_name: str, peer: list[float], goal: str) -> None:
    print(f"{name:<34} {milliseconds(ours)}")
    print(f"{peer_name:<34} {milliseconds(peer)}")
    print(f"{'ratio of medians':<34} {median(ours) / median(peer):.2f}x   (goal: {goal})")
