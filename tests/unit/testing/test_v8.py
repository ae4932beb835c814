"""V8 alone has what functions use: the names that every Convex deployment gives them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobsync.testing import _v8

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)


def said(script: str) -> object:
    return _v8.shared()._eval(script)


def resolved(script: str) -> object:
    """Return what a promise of text came to."""
    said(f"var found = null; ({script}).then((text) => {{ found = text; }}); null")
    return said("found")


@given(TEXTS)
def test_text_is_utf_8_and_bytes_are_base64(text: str) -> None:
    """As Python has it, there and back."""
    spelled = json.dumps(text)

    encoded = said(f"new TextEncoder().encode({spelled}).toBase64()")
    assert encoded == base64.b64encode(text.encode()).decode()
    assert said(f'new TextDecoder().decode(Uint8Array.fromBase64("{encoded}"))') == text
    assert said(f'btoa(atob("{encoded}"))') == encoded


@given(TEXTS)
def test_hashes_are_those_of_everybody_else(text: str) -> None:
    """SHA-256, and HMAC of it, which tokens are signed with."""
    key = hashlib.sha256(text.encode()).digest()[: 1 + len(text) % 32]
    data = f"new TextEncoder().encode({json.dumps(text)})"
    secret = f'Uint8Array.fromHex("{key.hex()}")'
    way = '{ name: "HMAC", hash: "SHA-256" }'
    hexadecimal = "(bytes) => new Uint8Array(bytes).toHex()"

    digest = resolved(f'crypto.subtle.digest("SHA-256", {data}).then({hexadecimal})')
    assert digest == hashlib.sha256(text.encode()).hexdigest()
    signed = resolved(
        f'crypto.subtle.importKey("raw", {secret}, {way}, false, ["sign"])'
        f'.then((key) => crypto.subtle.sign("HMAC", key, {data})).then({hexadecimal})'
    )
    assert signed == hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def test_random_values_differ() -> None:
    """V8 has no source of its own; the seed comes from Python."""
    ids = said("JSON.stringify([crypto.randomUUID(), crypto.randomUUID()])")
    assert isinstance(ids, str)
    one, other = json.loads(ids)

    assert one != other
    assert one[14] == "4"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('new Response("x", { status: 404 }).status', 404),
        ('Response.json({ a: 1 }).headers.get("Content-Type")', "application/json"),
        ('new Request("http://a/b", { headers: { "X-A": "1" } }).headers.get("x-a")', "1"),
        ('new Blob(["ab", new Uint8Array([99])], { type: "text/plain" }).size', 3),
        ("JSON.stringify(structuredClone({ a: [1, { b: null }] }))", '{"a":[1,{"b":null}]}'),
    ],
)
def test_requests_and_answers_are_what_they_are_elsewhere(script: str, expected: object) -> None:
    """As far as functions use them."""
    assert said(script) == expected
