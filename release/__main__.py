"""All artifacts of a release in dist/, checked: `python -m release`.

They are built twice and have to come out byte for byte the same; the sdist has to give the wheel.
What a person does after this is in CONTRIBUTING.md.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
NPM_PACKAGES = ("component", "dashboard/react")
TWINE = "twine@6.2.0"
LICENSES = {
    ".whl": ("/licenses/LICENSE", "_embedded/third-party-licenses.txt"),
    ".tar.gz": ("/LICENSE", "_embedded/third-party-licenses.txt"),
    ".tgz": ("/LICENSE",),
}


def main() -> int:
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        for place in (ROOT / "dist", Path(folder) / "again"):
            build(place)
        wheel_of_sdist(ROOT / "dist", Path(folder) / "from-sdist")
        artifacts = {each.name: digest(each) for each in sorted((ROOT / "dist").iterdir())}
        for place in Path(folder).glob("*/*.*"):
            if place.is_file() and artifacts[place.name] != digest(place):
                return failure(f"{place.parent.name}/{place.name} has other bytes")
    for name in artifacts:
        missing = [each for each in LICENSES[suffix(name)] if not has(ROOT / "dist" / name, each)]
        if missing:
            return failure(f"{name} lacks {', '.join(missing)}")
    if len({version(name) for name in artifacts}) != 1:
        return failure(f"the artifacts are of several versions: {', '.join(artifacts)}")
    check_metadata()
    for name, sha256 in artifacts.items():
        print(f"{name:<36} {(ROOT / 'dist' / name).stat().st_size:>10,} bytes  {sha256}")
    return 0


def build(folder: Path) -> None:
    """Build everything from the sources; all times in it are that of the commit."""
    folder.mkdir()
    run("npm", "run", "--silent", "build")
    run(sys.executable, "-m", "hatchling", "build", "-d", folder)
    for package in NPM_PACKAGES:
        run("npm", "pack", "--silent", "--pack-destination", folder, cwd=ROOT / package)


def wheel_of_sdist(dist: Path, folder: Path) -> None:
    """Build the wheel as somebody does who has only the sdist: without Node.js."""
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (unpacked,) = folder.iterdir()
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=unpacked)


def check_metadata() -> None:
    """Have what indexes show of the package checked."""
    python = [each for each in (ROOT / "dist").iterdir() if suffix(each.name) != ".tgz"]
    run(sys.executable, "-m", "uv", "tool", "run", "--quiet", TWINE, "check", "--strict", *python)


def run(*words: str | Path, cwd: Path = ROOT) -> None:
    committed = ["git", "log", "-1", "--format=%ct"]
    said = subprocess.run(committed, cwd=ROOT, check=True, capture_output=True, text=True)
    env = {**os.environ, "SOURCE_DATE_EPOCH": said.stdout.strip()}
    subprocess.run(words, cwd=cwd, env=env, check=True, stdout=subprocess.DEVNULL)


def has(archive: Path, ending: str) -> bool:
    """Whether an archive has a file whose path ends so."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return any(name.endswith(ending) for name in wheel.namelist())
    with tarfile.open(archive) as tar:
        return any(name.endswith(ending) for name in tar.getnames())


def suffix(name: str) -> str:
    return next(each for each in LICENSES if name.endswith(each))


def version(name: str) -> str:
    """Return the version in the name of an artifact."""
    words = name.removesuffix(suffix(name)).split("-")
    return next(each for each in words if each[0].isdecimal())


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def failure(reason: str) -> int:
    print(reason, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
