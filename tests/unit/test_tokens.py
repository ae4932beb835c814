"""Tokens."""

from __future__ import annotations

import jwt
import pytest

from jobsync import AuthenticationError, InvalidFieldError
from jobsync._tokens import LIFETIME, RENEW_BEFORE, GivenToken, Signer
from tests.clocks import HeldClock

KEY = "0123456789abcdef0123456789abcdef"


def claims(token: str) -> dict[str, object]:
    return jwt.decode(
        token,
        KEY,
        algorithms=["HS256"],
        audience="jobsync",
        options={"verify_exp": False, "verify_iat": False},
    )


def test_a_token_is_short_lived_and_may_write() -> None:
    """The client's own token has the claims of the contract."""
    clock = HeldClock()

    assert {
        "aud": "jobsync",
        "iat": int(clock.time),
        "exp": int(clock.time + LIFETIME),
        "scope": "write",
    } == claims(Signer(KEY, clock).current())


def test_a_token_is_kept_until_it_gets_old() -> None:
    """Signing happens once in a few minutes, and always before the token runs out."""
    clock = HeldClock()
    signer = Signer(KEY, clock)
    first = signer.current()

    clock.sleep(LIFETIME - RENEW_BEFORE)
    assert first == signer.current()

    clock.sleep(1)
    second = signer.current()
    assert int(clock.time + LIFETIME) == claims(second)["exp"]


@pytest.mark.parametrize("behind", [3600.0, -3600.0])
def test_the_servers_clock_is_learned(behind: float) -> None:
    """After a refusal with the server's time, tokens are signed on that time."""
    clock = HeldClock()
    signer = Signer(KEY, clock)
    signer.current()

    assert signer.learn(clock.time + behind)
    assert int(clock.time + behind + LIFETIME) == claims(signer.current())["exp"]


def test_a_token_to_give_away_has_its_scope_and_limits() -> None:
    """A minted token says how far it reaches."""
    clock = HeldClock()
    found = claims(Signer(KEY, clock).mint("read", 60.0, {"job": "a"}))

    assert ("read", "a", int(clock.time + 60)) == (found["scope"], found["job"], found["exp"])


@pytest.mark.parametrize(
    ("scope", "lifetime", "field"),
    [("all", 60.0, "scope"), ("read", 0.0, "expires_in"), ("read", float("nan"), "expires_in")],
)
def test_a_token_that_makes_no_sense_is_not_signed(scope: str, lifetime: float, field: str) -> None:
    """The error names what is wrong."""
    with pytest.raises(InvalidFieldError) as caught:
        Signer(KEY, HeldClock()).mint(scope, lifetime, {})  # type: ignore[arg-type]

    assert field == caught.value.field


def test_a_given_token_is_used_as_it_is() -> None:
    """Without the key nothing can be signed: no newer token, and none to give away."""
    given = GivenToken("t")

    assert (given.current(), given.learn(0.0)) == ("t", False)
    with pytest.raises(AuthenticationError, match="signed with the key"):
        given.mint("read", 60.0, {})


def test_secrets_are_not_in_the_repr() -> None:
    """A signer and a given token can be logged."""
    assert KEY not in repr(Signer(KEY, HeldClock()))
    assert "secret" not in repr(GivenToken("secret"))
