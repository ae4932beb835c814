"""What an exception that ended a job says of itself."""

from __future__ import annotations

import pytest

from jobsync import ConnectionFailedError, InvalidFieldError
from jobsync._failures import (
    LONGEST_MESSAGE,
    LONGEST_TRACEBACK,
    describe,
    may_be_retried,
    reason_to_stop,
)


class SpeechlessError(Exception):
    def __str__(self) -> str:
        raise ValueError


def raised(error: BaseException) -> BaseException:
    """Return an error that has been raised, so that it has a traceback."""
    with pytest.raises(type(error)) as caught:
        raise error
    return caught.value


def test_an_error_is_told_with_its_message_type_and_traceback() -> None:
    """The traceback names the line that raised."""
    told = describe(raised(ValueError("no such page")))

    assert (told["message"], told["type"]) == ("no such page", "ValueError")
    assert told["traceback"].startswith("Traceback")
    assert "raise error" in told["traceback"]


def test_a_type_has_its_module_unless_it_is_built_in() -> None:
    """Two classes of one name can be told apart."""
    assert describe(InvalidFieldError("x"))["type"] == "jobsync.errors.InvalidFieldError"


def test_an_error_without_a_word_has_its_name_for_a_message() -> None:
    """A page always has something to show."""
    assert describe(KeyError())["message"] == "KeyError"
    assert "SpeechlessError" in describe(SpeechlessError())["message"]


def test_what_is_told_can_always_be_stored() -> None:
    """Text without an end is cut, at the end that matters less; what is not Unicode is replaced."""
    told = describe(raised(ValueError("é\ud800" * 50_000)))

    assert len(told["message"]) == LONGEST_MESSAGE
    assert len(told["traceback"]) == LONGEST_TRACEBACK
    assert "é?" in told["message"]
    "".join(told.values()).encode()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ValueError(), True),
        (ConnectionFailedError("down"), True),
        (InvalidFieldError("wrong"), False),
    ],
)
def test_an_error_may_say_that_another_attempt_is_of_no_use(
    error: Exception, expected: bool
) -> None:
    """Without a word, another attempt may help."""
    assert may_be_retried(error) is expected


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyboardInterrupt(), "interrupted with Ctrl-C"),
        (SystemExit(), "code 0"),
        (SystemExit(3), "code 3"),
        (SystemExit("no disk"), "code 1"),
        (GeneratorExit(), "stopped by GeneratorExit"),
    ],
)
def test_the_reason_why_a_job_was_stopped(error: BaseException, said: str) -> None:
    """Who reads it learns how the process ended."""
    assert said in reason_to_stop(error)
