"""Tokens: what travels in place of the key."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any, Literal

from .errors import AuthenticationError, InvalidFieldError

if TYPE_CHECKING:
    from ._clock import Clock

Scope = Literal["share", "read", "write", "admin"]
SCOPES: tuple[Scope, ...] = ("share", "read", "write", "admin")

AUDIENCE = "jobsync"
LIFETIME = 300.0
RENEW_BEFORE = 60.0

_TOKEN = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]+")


def without_tokens(text: str) -> str:
    """Return a text that may repeat a call's arguments, as Convex's errors do, without tokens."""
    return _TOKEN.sub("<token>", text)


class GivenToken:
    """A token that somebody else signed; it cannot be renewed."""

    def __init__(self, token: str) -> None:
        self._token = token

    def current(self, scope: Scope = "write") -> str:  # noqa: ARG002 (it has the scope that it has)
        """Return the token."""
        return self._token

    def learn(self, server_time: float) -> bool:  # noqa: ARG002 (nothing to learn it for)
        """Answer that a new one cannot be signed."""
        return False

    def mint(self, scope: Scope, lifetime: float, limits: dict[str, str]) -> str:  # noqa: ARG002
        """Refuse: signing takes the key."""
        raise AuthenticationError(
            "A token is signed with the key; this client was given only a token."
        )


class Signer:
    """Signs short-lived tokens with the key, on the server's time. Threads may share it."""

    def __init__(self, key: str, clock: Clock) -> None:
        self._key = key
        self._clock = clock
        self._lock = threading.Lock()
        self._offset = 0.0
        self._cached: dict[Scope, tuple[str, float]] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def current(self, scope: Scope = "write") -> str:
        """Return a token that is good for a while yet."""
        with self._lock:
            now = self._now()
            token, end = self._cached.get(scope, ("", now))
            if end - now < RENEW_BEFORE:
                token, end = self._sign(scope, LIFETIME, {}), now + LIFETIME
                self._cached[scope] = token, end
            return token

    def learn(self, server_time: float) -> bool:
        """Take the server's time as true; answer that signing again may help."""
        with self._lock:
            self._offset = server_time - self._clock.now()
            self._cached.clear()
        return True

    def mint(self, scope: Scope, lifetime: float, limits: dict[str, str]) -> str:
        """Sign a token to give away."""
        if scope not in SCOPES:
            raise InvalidFieldError.of("scope", f"must be one of {', '.join(SCOPES)}")
        if not lifetime > 0:
            raise InvalidFieldError.of("expires_in", "must be more than 0 seconds")
        with self._lock:
            return self._sign(scope, lifetime, limits)

    def _now(self) -> float:
        return self._clock.now() + self._offset

    def _sign(self, scope: Scope, lifetime: float, limits: dict[str, str]) -> str:
        # Importing PyJWT costs more than the rest of the package.
        import jwt

        now = self._now()
        claims: dict[str, Any] = {
            "aud": AUDIENCE,
            "iat": int(now),
            "exp": int(now + lifetime),
            "scope": scope,
            **limits,
        }
        return jwt.encode(claims, self._key, algorithm="HS256")


Tokens = GivenToken | Signer
