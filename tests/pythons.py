"""The wheel on every other Python of this machine: `python -m tests.pythons [INTERPRETER ...]`.

Each gets an environment of its own with the built wheel and what it depends on; there the unit
tests run, and those of the contract that depend most on the interpreter.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
NEEDED = ("hypothesis", "pyte", "pytest", "pytest-xdist", "responses", "tqdm")
TESTS = (
    "tests/unit",
    "tests/contract/test_handshake.py",
    "tests/contract/test_aio.py",
    "tests/contract/test_live.py",
    "tests/contract/test_threads_and_forks.py",
)
UV = [sys.executable, "-m", "uv", "--quiet"]


def found(version: str) -> Path | None:
    """Return an interpreter of this version; those of pyenv need not be on PATH."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    on_path = shutil.which(f"python{version}")
    places = [Path(on_path)] if on_path else []
    for place in [*places, *sorted(pyenv.glob(f"versions/{version}.*/bin/python"))]:
        if version_of(place) == version:
            return place
    return None


def version_of(interpreter: Path) -> str | None:
    """Return what it says that it is; a shim may be there without an interpreter behind it."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    said = subprocess.run([interpreter, "-c", ask], capture_output=True, text=True, check=False)
    return said.stdout.strip() if said.returncode == 0 else None


def passes(interpreter: Path, wheel: Path, folder: Path) -> bool:
    """Install the wheel and run the tests on it, from the clone but without its package."""
    python = folder / "bin" / "python"
    install = [*UV, "pip", "install", "--python", python, "--constraint", "requirements.lock"]
    subprocess.run([*UV, "venv", "--python", interpreter, folder], check=True)
    ours = f"jobsync[demo,fake] @ {wheel.as_uri()}"
    subprocess.run([*install, ours, *NEEDED], cwd=ROOT, check=True)
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    together = ["-n", os.environ.get("TOGETHER", "3"), "--dist", "worksteal"]
    tests = [
        python,
        "-m",
        "pytest",
        "-q",
        "--no-header",
        "-p",
        "no:cacheprovider",
        *together,
        *TESTS,
    ]
    return subprocess.run(tests, cwd=ROOT, env=environ, check=False).returncode == 0


def main(given: list[str]) -> int:
    """Run all that are there; name those that are not, and those that failed."""
    interpreters = {version_of(Path(each)): Path(each) for each in given}
    if not given:
        others = [each for each in VERSIONS if each != version_of(Path(sys.executable))]
        interpreters = {each: path for each in others if (path := found(each))}
        for version in others:
            if version not in interpreters:
                print(f"Python {version}: skipped, it is not on this machine")
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        (wheel,) = Path(folder).glob("*.whl")
        for version, interpreter in interpreters.items():
            print(f"Python {version}: {interpreter}", flush=True)
            results[version] = passes(interpreter, wheel, Path(folder) / f"python{version}")
    failed = [str(version) for version, good in results.items() if not good]
    print(f"Python {', '.join(failed)} failed" if failed else f"all of {len(results)} Pythons pass")
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
