"""What a user of Convex's own Python clients does: `python FILE SCENARIO URL ADMIN_KEY`.

It runs in a process of its own because calls of the WebSocket client block without a timeout and
hold the GIL. The last line it prints is what the scenario found, as JSON.
"""

import json
import sys
import uuid

from convex import ConvexClient, ConvexError, ConvexInt64
from convex.http_client import ConvexHttpClient


def values_over_http(url, _key):
    """Send values of every kind there and back."""
    return _echo(ConvexHttpClient(url))


def values_over_websocket(url, _key):
    """Send values of every kind there and back."""
    return _echo(ConvexClient(url))


def large_value_over_websocket(url, _key):
    """Fetch more than the client takes in one frame."""
    text = "x" * 10_000_000
    return len(ConvexClient(url).query("messages:echo", {"value": [text]})[0])


def _echo(client):
    sent = {
        "int": 3,
        "float": 0.5,
        "whole": 2.0,
        "big": ConvexInt64(2**60),
        "bytes": b"\x00\xff",
        "text": "ü",
        "none": None,
        "list": [1, [True]],
    }
    return client.query("messages:echo", {"value": sent}) == sent


def calls_over_http(url, _key):
    """Run a mutation, an action and a query."""
    return _calls(ConvexHttpClient(url))


def calls_over_websocket(url, _key):
    """Run a mutation, an action and a query."""
    return _calls(ConvexClient(url))


def _calls(client):
    author = str(uuid.uuid4())
    client.mutation("messages:send", {"author": author, "body": "one"})
    client.action("messages:shout", {"author": author, "body": "two"})
    return client.query("messages:list", {"author": author})


def errors_over_http(url, _key):
    """Run a mutation that throws a ConvexError."""
    return _error(ConvexHttpClient(url))


def errors_over_websocket(url, _key):
    """Run a mutation that throws a ConvexError."""
    return _error(ConvexClient(url))


def _error(client):
    try:
        client.mutation("messages:refuse", {"author": "ada"})
    except ConvexError as error:
        return error.data
    return None


def admin_over_http(url, key):
    """Call an internal function without and with the admin key."""
    return _admin(ConvexHttpClient(url), ConvexHttpClient(url), key)


def admin_over_websocket(url, key):
    """Call an internal function without and with the admin key."""
    return _admin(ConvexClient(url), ConvexClient(url), key)


def _admin(anonymous, admin, key):
    try:
        anonymous.query("messages:count")
        refused = False
    except Exception as error:  # noqa: BLE001 - the clients raise nothing narrower
        refused = "Could not find" in str(error)
    admin.set_admin_auth(key)
    return [refused, isinstance(admin.query("messages:count"), float)]


def subscription(url, _key):
    """Follow a query while another client writes, also through the scheduler."""
    author = str(uuid.uuid4())
    watcher, writer = ConvexClient(url), ConvexClient(url)
    updates = watcher.subscribe("messages:list", {"author": author})
    seen = [next(updates)]
    writer.mutation("messages:send", {"author": author, "body": "one"})
    seen.append(next(updates))
    writer.mutation("messages:sendLater", {"author": author, "body": "two"})
    seen.append(next(updates))
    return seen


if __name__ == "__main__":
    _, scenario, address, admin_key = sys.argv
    print(json.dumps(globals()[scenario](address, admin_key)))  # noqa: T201
