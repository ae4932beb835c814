"""System 1: a service that builds games, and knows nothing but two HTTP routes."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Deployment

STAGES = ["classifying", "generating", "deploying", "screenshot", "publishing"]
RESULT = "https://games.test/42"


class Service:
    """The service's side of the two routes."""

    def __init__(self, site: str, key: str, job_id: str) -> None:
        self._url = f"{site}/api/job"
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {key}"
        self.job_id = job_id

    def post(self, **fields: Any) -> dict[str, Any]:
        answer = self._session.post(self._url, json={"jobId": self.job_id, **fields}, timeout=15)
        assert answer.status_code == 200, answer.text
        assert answer.json()["ok"] is True
        return dict(answer.json())

    def get(self) -> dict[str, Any]:
        answer = self._session.get(self._url, params={"id": self.job_id}, timeout=15)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def close(self) -> None:
        self._session.close()


@pytest.fixture
def service(deployment: Deployment, site: str, job_id: str) -> Iterator[Service]:
    """Return the service with one build to do."""
    service = Service(site, deployment.api_key, job_id)
    yield service
    service.close()


def first(service: Service) -> None:
    service.post(status="processing", stage="classifying", idea="a game of cats", username="ada")


def test_a_build_from_the_idea_to_the_end(service: Service) -> None:
    """Each post is seen by the next poll, in the service's own words."""
    first(service)
    assert {"status": "processing", "stage": "classifying", "idea": "a game of cats"}.items() <= (
        service.get().items()
    )
    for stage in STAGES[1:]:
        service.post(status="processing", stage=stage)
        assert (service.get()["status"], service.get()["stage"]) == ("processing", stage)
    service.post(status="done", stage="done", result=RESULT)

    job = service.get()
    said = {"jobId": service.job_id, "status": "done", "stage": "done", "result": RESULT}
    assert said.items() <= job.items()
    assert {"idea": "a game of cats", "username": "ada"}.items() <= job.items()


def test_a_build_that_fails(service: Service) -> None:
    """The page shows what went wrong, under the words that the service used."""
    first(service)
    service.post(status="error", stage="error", result="no credits")

    said = {"status": "error", "stage": "error", "result": "no credits"}
    assert said.items() <= service.get().items()


def test_a_late_post_does_not_reopen_a_finished_build(service: Service) -> None:
    """A progress post that arrives after the end is answered, and changes nothing."""
    first(service)
    service.post(status="done", stage="done", result=RESULT)
    before = service.get()
    late = service.post(status="processing", stage="publishing")

    assert (late["outcome"], late["status"]) == ("stale", "done")
    assert service.get() == before


@pytest.mark.parametrize("seed", range(5))
def test_posts_may_overlap_and_arrive_in_any_order(service: Service, seed: int) -> None:
    """Whatever the order, the build is done in the end, with its result."""
    first(service)
    posts = [{"status": "processing", "stage": stage} for stage in STAGES]
    posts.append({"status": "done", "stage": "done", "result": RESULT})
    random.Random(seed).shuffle(posts)
    with ThreadPoolExecutor(len(posts)) as pool:
        list(pool.map(lambda post: service.post(**post), posts))

    said = {"status": "done", "stage": "done", "result": RESULT}
    assert said.items() <= service.get().items()


def test_a_build_survives_a_restart_of_the_service(
    service: Service, deployment: Deployment, site: str
) -> None:
    """A new service process finds the same words under the same id."""
    first(service)
    service.post(status="done", stage="done", result=RESULT)
    again = Service(site, deployment.api_key, service.job_id)

    assert again.get() == service.get()
    again.close()
