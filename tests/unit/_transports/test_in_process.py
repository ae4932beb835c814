"""Deployments of this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import requests

from jobsync._transports import in_process
from jobsync._transports.http import HttpTransport
from jobsync._transports.live import LiveUpdates, live_updates
from tests.clocks import HeldClock

if TYPE_CHECKING:
    from jobsync._transports.feed import Feed

HERE = "http://here.invalid"


class Live:
    """Follows nothing."""

    def follow(self, *_: object) -> None: ...
    def again(self, feed: Feed) -> None: ...
    def close(self) -> None: ...
    def forget(self) -> None: ...


class Deployment:
    """Is reached with a session of its own."""

    def __init__(self) -> None:
        self.sessions = [requests.Session()]
        self.live = Live()

    def session(self) -> requests.Session:
        return self.sessions.pop()

    def live_updates(self, _name: object) -> Live:
        return self.live


def test_calls_and_live_queries_go_to_who_has_the_address() -> None:
    """Others go to the network."""
    deployment = Deployment()
    in_process.announce(HERE, deployment)

    HttpTransport(HERE, max_retries=0, clock=HeldClock()).close()
    assert deployment.sessions == []
    assert live_updates(HERE, str) is deployment.live
    assert isinstance(live_updates("http://elsewhere.invalid", str), LiveUpdates)


def test_it_is_found_for_as_long_as_somebody_keeps_it() -> None:
    """To announce a deployment does not keep it."""
    deployment = Deployment()
    in_process.announce(HERE, deployment)
    assert in_process.find(HERE) is deployment

    del deployment

    assert in_process.find(HERE) is None
