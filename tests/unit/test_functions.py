"""Where a deployment has jobsync's functions."""

from __future__ import annotations

from jobsync._functions import Functions


def test_functions_at_the_top_have_the_names_of_the_contract() -> None:
    """So it is where the deployment is jobsync's own."""
    assert Functions().name("jobs:upsert") == "jobs:upsert"


def test_functions_in_a_folder_are_named_with_it() -> None:
    """As Convex names what is below convex/."""
    assert Functions("lib/jobsync").name("jobs:upsert") == "lib/jobsync/jobs:upsert"


def test_a_folder_that_was_named_is_the_only_place() -> None:
    """Also if it is the top, which is named by nothing."""
    for folder in ("", "other"):
        assert [place.folder for place in Functions(folder).places()] == [folder]


def test_a_place_that_was_found_is_the_only_one_from_then_on() -> None:
    """Before it the top is asked, then the folder of `jobsync init`."""
    functions = Functions(None)
    top, usual = functions.places()
    assert (top.name("a:b"), usual.name("a:b")) == ("a:b", "jobsync/a:b")

    functions.found(usual)
    assert [place.folder for place in functions.places()] == ["jobsync"]
