"""What a page asks its deployment over the WebSocket, and what it is told."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocket
    from typing_extensions import Self


class LiveFrames:
    """Listens to the sockets that the page opens inside a `with` block."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._names: dict[tuple[WebSocket, int], str] = {}
        self._asked: list[str] = []
        self._told: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._page.on("websocket", self._listen)
        return self

    def __exit__(self, *_: object) -> None:
        self._page.remove_listener("websocket", self._listen)

    def asked(self) -> set[str]:
        """Return the queries that were asked, as `file:function`."""
        return set(self._asked)

    def times_asked(self, query: str) -> int:
        return self._asked.count(query)

    def times_told(self, query: str) -> int:
        """Return how often the deployment sent a (new) answer to it."""
        return self._told[query]

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: self._hear_page(socket, json.loads(frame)))
        socket.on("framereceived", lambda frame: self._hear_deployment(socket, json.loads(frame)))

    def _hear_page(self, socket: WebSocket, said: dict[str, Any]) -> None:
        if said["type"] != "ModifyQuerySet":
            return
        for change in said["modifications"]:
            if change["type"] == "Add":
                self._names[socket, change["queryId"]] = change["udfPath"]
                self._asked.append(change["udfPath"])

    def _hear_deployment(self, socket: WebSocket, said: dict[str, Any]) -> None:
        if said["type"] != "Transition":
            return
        for change in said["modifications"]:
            if change["type"] == "QueryUpdated":
                self._told[self._names[socket, change["queryId"]]] += 1
