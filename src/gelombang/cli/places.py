"""Directories on this machine: where a clone keeps its data, and who may look into them."""

from __future__ import annotations

import hashlib
import os
import pwd
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gelombang.kit.errors import HindranceError

TRAVERSABLE = 0o711  # others may pass through to what is theirs, and list nothing
PRIVATE = 0o700


class UnsafePlaceError(HindranceError):
    """A directory of a predictable name already belongs to somebody else."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The account that PostgreSQL runs as when the caller is root: PostgreSQL refuses root."""

    uid: int
    gid: int


def clone() -> Path:
    """The root of this clone: the nearest directory above this file with a pyproject.toml.

    Installed without a clone (a container), it is the working directory.
    """
    for directory in Path(__file__).resolve().parents:
        if (directory / "pyproject.toml").is_file():
            return directory
    return Path.cwd()


def database_owner() -> Owner | None:
    """`nobody` when we are root, and nobody else (None) when we are an ordinary user."""
    if os.geteuid() != 0:
        return None
    account = pwd.getpwnam("nobody")
    return Owner(uid=account.pw_uid, gid=account.pw_gid)


def data_directory(chosen: Path | None = None) -> Path:
    """The directory that keeps this clone's data between runs, made if it is missing."""
    return make_directory(chosen.resolve() if chosen else usual_data_directory())


def usual_data_directory() -> Path:
    """Where that directory is, unless somebody chose another.

    Root's lies under /var/tmp, because its database runs as `nobody`, who may not be able to
    enter the clone. An ordinary user's is `.data/` in the clone.
    """
    if os.geteuid() != 0:
        return clone() / ".data"
    digest = hashlib.sha256(str(clone()).encode()).hexdigest()[:12]
    return Path("/var/tmp") / f"gelombang-{digest}"  # noqa: S108 its owner is checked


def throwaway_directory(name: str) -> Path:
    """A fresh directory of our own that a database of `nobody` can still reach."""
    directory = Path(tempfile.mkdtemp(prefix=f"gelombang-{name}-"))
    directory.chmod(TRAVERSABLE)
    return directory


def make_directory(place: Path) -> Path:
    """Make the directory, and refuse one that somebody else has put in its place."""
    place.mkdir(mode=TRAVERSABLE, parents=True, exist_ok=True)
    found = place.lstat()
    if place.is_symlink() or found.st_uid != os.geteuid():
        message = f"{place} belongs to another account; remove it or set GELOMBANG_DATA_DIR"
        raise UnsafePlaceError(message)
    place.chmod(TRAVERSABLE)
    return place


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner can read, never readable in between."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(descriptor, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
