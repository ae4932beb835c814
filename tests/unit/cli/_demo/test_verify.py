import hashlib
import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jobsync import Asset, Job, PublicAsset, PublicJob
from jobsync.cli._demo.pipeline import JobFile
from jobsync.cli._demo.verify import (
    file_differences,
    leaks,
    public_differences,
    record_differences,
)

NOW = datetime(2025, 5, 4, tzinfo=timezone.utc)
CONTENT = b"\x89PNG" + bytes(range(256)) * 40


@pytest.fixture(scope="module")
def serve():
    """Serve bytes by path over real HTTP: what a download finds is up to each test."""
    served = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            found = served.get(self.path)
            self.send_response(404 if found is None else 200)
            body, content_type = found or (b"", "text/plain")
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()

        def put(path, body, content_type="image/png"):
            served[path] = (body, content_type)
            return url_of(path)

        def url_of(path):
            return f"http://127.0.0.1:{server.server_port}{path}"

        put.url_of = url_of
        yield put
        server.shutdown()
        thread.join()


@pytest.fixture
def local(tmp_path):
    path = tmp_path / "cat.png"
    path.write_bytes(CONTENT)
    return JobFile(path, "output")


def asset(url, role="output", filename="cat.png", content=CONTENT):
    return Asset(
        job_id="cat-1",
        role=role,
        filename=filename,
        storage_id="s",
        url=url,
        content_type="image/png",
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        public=role in {"output", "mask"},
        created_at=NOW,
    )


def record(**changes):
    return {
        "id": "cat-1",
        "type": "image-component",
        "prompt": "a cat",
        "style_context": "as photographed",
        "layout_intent": "hero",
        "status": "done",
        "progress_stage": "done",
        "error": None,
        "telemetry": {"seconds": 1.5},
        "component": {"assets": {"cat.png": None}},
    } | changes


def job(**changes):
    stored = record()
    stored |= {"job_id": stored.pop("id"), "stage": stored.pop("progress_stage")}
    return Job(**stored, state="succeeded", created_at=NOW, updated_at=NOW).model_copy(
        update=changes
    )


def public(component=None, assets=("cat.png",)):
    return PublicJob(
        job_id="cat-1",
        status="done",
        state="succeeded",
        component=component or {"assets": {"cat.png": "http://x/cat"}},
        assets=[
            PublicAsset(role="output", filename=name, url="http://x/cat", bytes=1)
            for name in assets
        ],
        created_at=NOW,
        updated_at=NOW,
    )


def test_a_download_that_equals_the_file_has_no_differences(serve, local):
    assert list(file_differences(local, asset(serve("/same", CONTENT)))) == []


def test_a_download_with_one_changed_byte_is_named(serve, local):
    corrupted = CONTENT[:-1] + b"\x00"
    (found,) = file_differences(local, asset(serve("/corrupted", corrupted)))
    assert found.startswith("cat.png: the download has sha256")


def test_a_download_that_was_cut_is_named(serve, local):
    (found,) = file_differences(local, asset(serve("/cut", CONTENT[:100])))
    assert found.startswith("cat.png: the download has sha256")


def test_a_missing_download_is_named(serve, local):
    (found,) = file_differences(local, asset(serve.url_of("/gone")))
    assert found.startswith("cat.png: cannot be downloaded: 404")


def test_a_wrong_content_type_is_named(serve, local):
    url = serve("/text", CONTENT, "text/html")
    assert list(file_differences(local, asset(url))) == [
        "cat.png: served as text/html, uploaded as image/png"
    ]


def test_a_wrong_hash_in_convex_is_named_though_the_download_is_right(serve, local):
    url = serve("/right", CONTENT)
    (found,) = file_differences(local, asset(url, content=b"other"))
    assert found.startswith("cat.png: Convex says sha256")


def test_a_file_under_another_role_is_named(serve, local):
    url = serve("/role", CONTENT)
    assert list(file_differences(local, asset(url, role="debug"))) == [
        "cat.png: uploaded as output, stored as debug"
    ]


def test_a_job_that_equals_its_record_has_no_differences():
    assert list(record_differences(record(), job())) == []


def test_each_field_that_differs_from_the_record_is_named():
    found = list(record_differences(record(), job(stage="uploading", prompt="a dog")))
    assert found == [
        "prompt: 'a cat' on disk, 'a dog' in Convex",
        "progress_stage: 'done' on disk, 'uploading' in Convex",
    ]


def test_a_job_that_is_not_there_is_told():
    assert list(record_differences(record(), None)) == ["the job is not in Convex"]


def test_a_public_view_that_links_the_component_files_has_no_differences():
    assets = {"cat.png": asset("http://x/cat"), "d.png": asset("http://x/d", "debug", "d.png")}
    assert list(public_differences(public(), record(), assets)) == []


def test_a_component_without_its_url_is_named():
    view = public(component={"assets": {"cat.png": None}})
    assets = {"cat.png": asset("http://x/cat")}
    assert list(public_differences(view, record(), assets)) == [
        "cat.png: the public component links None"
    ]


def test_a_private_file_in_the_public_list_and_a_public_one_missing_are_named():
    assets = {"cat.png": asset("http://x/cat"), "d.png": asset("http://x/d", "debug", "d.png")}
    assert list(public_differences(public(assets=["d.png"]), record(), assets)) == [
        "cat.png: not shown in the public view",
        "d.png: shown in the public view",
    ]


def test_an_empty_public_view_is_told():
    assert list(public_differences(None, record(), {})) == [
        "the public view is empty, though the job is public"
    ]


def test_a_view_that_tells_nothing_private_leaks_nothing():
    assets = {"d.png": asset("http://x/d", "debug", "d.png")}
    view = {"jobId": "cat-1", "component": {"assets": {"cat.png": "http://x/cat"}}}
    assert list(leaks(view, record(), assets)) == []


def test_a_job_that_should_be_public_but_is_not_is_told():
    assert list(leaks(None, record(), {})) == [
        "nobody sees the job without a key, though it is public"
    ]


def test_private_fields_and_files_are_found_wherever_they_stand():
    assets = {"d.png": asset("http://x/secret-d", "debug", "d.png")}
    view = {"type": "renamed", "deep": [{"p": "a cat"}, {"u": "http://x/secret-d"}]}
    assert list(leaks(view, record(), assets)) == [
        "type: told by the public view",
        "prompt: told by the public view",
        "d.png: private, but in the public view",
    ]
