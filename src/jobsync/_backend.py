"""The backend's functions, called with a token; what went wrong is explained once it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._transports.http import FunctionFailedError, HttpTransport, Kind
from .errors import (
    BackendOutdatedError,
    ClientOutdatedError,
    FunctionsMissingError,
    JobsyncError,
    ServerError,
    SettingsError,
    TokenExpiredError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._clock import Deadline
    from ._tokens import Tokens

PROTOCOL = 1
DEPLOY = "deploy them with `npx convex deploy`"


class Backend:
    """The functions of one deployment."""

    def __init__(self, transport: HttpTransport, tokens: Tokens | None) -> None:
        self.transport = transport
        self.tokens = tokens

    def query(self, path: str, args: dict[str, Any], deadline: Deadline) -> Any:
        """Call a query."""
        return self._call("query", path, args, deadline)

    def open_query(self, path: str, args: dict[str, Any], deadline: Deadline) -> Any:
        """Call a query that may answer somebody without a token."""
        if self.tokens is not None:
            return self.query(path, args, deadline)
        return self._explaining(
            deadline, lambda: self.transport.call("query", path, args, deadline)
        )

    def mutation(self, path: str, args: dict[str, Any], deadline: Deadline) -> Any:
        """Call a mutation."""
        return self._call("mutation", path, args, deadline)

    def check_protocol(self, protocol: object) -> None:
        """Refuse to go on with functions that speak another version of the contract."""
        if not isinstance(protocol, int) or protocol < PROTOCOL:
            raise BackendOutdatedError(
                f"The functions on {self.transport.url} are older than this jobsync; {DEPLOY}."
            )
        if protocol > PROTOCOL:
            raise ClientOutdatedError(
                f"The functions on {self.transport.url} are newer than this jobsync; "
                "upgrade it with `pip install --upgrade jobsync`."
            )

    def authorized(self, operation: Callable[[dict[str, str]], Any]) -> Any:
        """Run an operation with the arguments that let it in; sign again if it is told the time."""
        tokens = self.tokens
        if tokens is None:
            raise SettingsError(
                "No key is set. Pass ConvexSync(api_key=...), or set JOBSYNC_API_KEY in the "
                "environment or in .env.local, to the value that the deployment has "
                "(`npx convex env get JOBSYNC_API_KEY`)."
            )
        try:
            return operation({"token": tokens.current()})
        except TokenExpiredError as error:
            server_time = error.details.get("serverTime")
            if not isinstance(server_time, (int, float)) or not tokens.learn(server_time / 1000):
                raise
        return operation({"token": tokens.current()})

    def _call(self, kind: Kind, path: str, args: dict[str, Any], deadline: Deadline) -> Any:
        def call(token: dict[str, str]) -> Any:
            return self.transport.call(kind, path, {**args, **token}, deadline)

        return self._explaining(deadline, lambda: self.authorized(call))

    def _explaining(self, deadline: Deadline, operation: Callable[[], Any]) -> Any:
        try:
            return operation()
        except FunctionFailedError as error:
            raise self._explained(error, deadline) from error

    def _explained(self, failure: FunctionFailedError, deadline: Deadline) -> JobsyncError:
        """Find out why a function failed without a reason: the version handshake needs no token."""
        url = self.transport.url
        try:
            answer = self.transport.call("query", "handshake:get", {}, deadline)
            self.check_protocol(answer.get("protocol") if isinstance(answer, dict) else None)
        except FunctionFailedError:
            return FunctionsMissingError(f"{url} does not have the functions of jobsync; {DEPLOY}.")
        except JobsyncError as error:
            return error
        return ServerError(str(failure), failure.details)
