"""The backend's functions, called with a token; what went wrong is explained once it did."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ._file_values import FileValues
from ._functions import Functions
from ._transports.http import FunctionFailedError, HttpTransport, Kind
from .errors import (
    AccessError,
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
    from ._tokens import Scope, Tokens

PROTOCOL = 1
DEPLOY = "deploy them with `npx convex deploy`"
INGEST = "ingest:apply"
HANDSHAKE = "handshake:get"


class Backend:
    """The functions of one deployment."""

    def __init__(
        self, transport: HttpTransport, tokens: Tokens | None, functions: Functions | None = None
    ) -> None:
        self.transport = transport
        self.tokens = tokens
        self.functions = functions or Functions()
        self.files = FileValues(transport)

    def query(
        self, path: str, args: dict[str, Any], deadline: Deadline, scope: Scope = "write"
    ) -> Any:
        """Call a query."""
        return self._call("query", path, args, deadline, scope)

    def open_query(self, path: str, args: dict[str, Any], deadline: Deadline) -> Any:
        """Call a query that may answer somebody without a token."""
        if self.tokens is not None:
            return self.query(path, args, deadline)
        return self._explaining(
            path,
            deadline,
            lambda: self.transport.call("query", self.functions.name(path), args, deadline),
        )

    def mutation(
        self, path: str, args: dict[str, Any], deadline: Deadline, scope: Scope = "write"
    ) -> Any:
        """Call a mutation."""
        # An app may have changes of its own under the other names.
        if not self.functions.is_known and path != INGEST:
            # Who may not ask for the version has found the functions all the same.
            with suppress(AccessError):
                self._in_time(lambda: self._locate(deadline, self.token_args()))
        answer = self._call("mutation", path, args, deadline, scope)
        self.functions.is_known = True
        return answer

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

    def token_args(self, scope: Scope = "write") -> dict[str, str]:
        """Return the argument that lets a call in."""
        if self.tokens is None:
            raise SettingsError(
                "No key is set. Pass ConvexSync(api_key=...), or set JOBSYNC_API_KEY in the "
                "environment or in .env.local, to the value that the deployment has "
                "(`npx convex env get JOBSYNC_API_KEY`)."
            )
        return {"token": self.tokens.current(scope)}

    def learn_time(self, error: JobsyncError) -> bool:
        """Take the server's time from its refusal; return whether another token may be good."""
        server_time = error.details.get("serverTime")
        if self.tokens is None or not isinstance(server_time, (int, float)):
            return False
        return self.tokens.learn(server_time / 1000)

    def _call(
        self, kind: Kind, path: str, args: dict[str, Any], deadline: Deadline, scope: Scope
    ) -> Any:
        def call() -> Any:
            given = {**args, **self.token_args(scope)}
            return self.transport.call(kind, self.functions.name(path), given, deadline)

        return self._explaining(path, deadline, lambda: self._in_time(call))

    def _in_time(self, call: Callable[[], Any]) -> Any:
        """Sign once more if the deployment's clock says that the token is too old."""
        try:
            return call()
        except TokenExpiredError as error:
            if not self.learn_time(error):
                raise
        return call()

    def _explaining(self, path: str, deadline: Deadline, operation: Callable[[], Any]) -> Any:
        try:
            return operation()
        except FunctionFailedError as error:
            reason = self._explained(path, error, deadline)
            if reason is not None:
                raise reason from error
        return operation()

    def _explained(
        self, path: str, failure: FunctionFailedError, deadline: Deadline
    ) -> JobsyncError | None:
        """Find out why a function failed without a reason; `None` if it only is elsewhere."""
        asked = self.functions.folder
        theirs: object = None
        try:
            theirs = self._locate(deadline, {} if self.tokens is None else self.token_args())
        except AccessError:
            # The function is there, so it is not the deployment that is wrong.
            pass
        except JobsyncError as error:
            return error
        if self.functions.folder != asked:
            return None
        from importlib.metadata import version

        # A hosted deployment does not tell one that is missing from one that has failed. The one
        # function that takes all changes is in every release; it may have met a command it hates.
        if path != INGEST and is_older(theirs, ours := version("jobsync")):
            return BackendOutdatedError(
                f"{failure} The functions there are those of jobsync {theirs}, and this is {ours}; "
                f"{DEPLOY}."
            )
        return ServerError(str(failure), failure.details)

    def _locate(self, deadline: Deadline, token: dict[str, str]) -> object:
        """Ask for the version where the functions may be, until they answer; return it."""
        for place in self.functions.places():
            try:
                answer = self.transport.call("query", place.name(HANDSHAKE), token, deadline)
            except FunctionFailedError:
                continue
            except AccessError:
                self.functions.found(place)
                raise
            self.functions.found(place)
            said = answer if isinstance(answer, dict) else {}
            self.check_protocol(said.get("protocol"))
            return said.get("version")
        folder = self.functions.folder
        where = f" in convex/{folder}/, which JOBSYNC_FUNCTIONS names" if folder else ""
        raise FunctionsMissingError(
            f"{self.transport.url} does not have the functions of jobsync{where}; {DEPLOY}."
        )


def is_older(theirs: object, ours: str) -> bool:
    """Whether one version came before the other, as far as both have numbers."""
    if not isinstance(theirs, str):
        return False
    return _numbers(theirs) < _numbers(ours)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdecimal()]
