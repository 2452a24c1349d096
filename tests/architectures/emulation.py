"""A Python for arm64 with this environment's packages, in a folder, run by qemu.

Needs a Debian or its like on x86-64, and no rights: nothing is installed on the system.
"""

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import click

QEMU = "qemu-user-static"
TAGS = ("manylinux_2_28_aarch64", "manylinux2014_aarch64")
PICTURES = ("fonts",)
"""Extras that change pictures."""


def python(folder: Path) -> list[str]:
    """The command of the Python in `folder`, which is built there unless it is."""
    root, site = folder / "root", folder / "site"
    qemu = folder / "qemu/usr/bin/qemu-aarch64-static"
    if not qemu.exists():
        _unpack(_downloaded(folder / "apt-native", {}, QEMU), folder / "qemu")
    if not root.exists():
        foreign = {"APT::Architecture": "arm64", "APT::Architectures::": "arm64"}
        _unpack(_downloaded(folder / "apt-arm64", foreign, "python3"), root)
    (binary,) = root.glob("usr/bin/python3.[0-9]*[0-9]")
    if not site.exists():
        _install(site, binary.name.removeprefix("python"))
    path = f"PYTHONPATH={site}:{Path(__file__).parents[2]}"
    return [str(qemu), "-L", str(root), "-E", path, str(binary)]


def _downloaded(state: Path, options: dict[str, str], *packages: str) -> Path:
    """Download Debian packages and all that they depend on; the folder they are in."""
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    (state / "apt.conf").write_text(
        "".join(
            f'{option} "{value}";\n'
            for option, value in {
                "Dir::State": state / "state",
                "Dir::State::status": state / "status",
                "Dir::Cache": state / "cache",
                "Debug::NoLocking": "true",
                "APT::Sandbox::User": "",
                **options,
            }.items()
        )
    )
    wanted = ["install", "--download-only", "--no-install-recommends", "--yes", *packages]
    environment = {**os.environ, "APT_CONFIG": str(state / "apt.conf")}
    for arguments in (["update"], wanted):
        subprocess.run([_program("apt-get"), "-qq", *arguments], env=environment, check=True)
    return state / "cache/archives"


def _unpack(archives: Path, folder: Path) -> None:
    for file in sorted(archives.glob("*.deb")):
        subprocess.run([_program("dpkg-deb"), "--extract", str(file), str(folder)], check=True)


def _program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        raise click.ClickException(f"{name} is missing: run this on Debian or a system like it")
    return found


def _install(site: Path, python_version: str) -> None:
    """Install the wheels for arm64 of what the package needs, in the versions used here."""
    platforms = [word for tag in TAGS for word in ("--platform", tag)]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-warn-conflicts", "--only-binary",
         ":all:", "--python-version", python_version, *platforms, "--target", str(site), *pinned()],
        check=True,
    )  # fmt: skip


def pinned() -> list[str]:
    """The packages that the package needs, and those of its fonts that are installed."""
    found = []
    for line in requires("imagen-fake") or ():
        name = re.match(r"[\w.-]+", line)
        extra = re.search(r"extra == ['\"](\w+)", line)
        if name and (not extra or extra[1] in PICTURES):
            try:
                found.append(f"{name[0]}=={version(name[0])}")
            except PackageNotFoundError:
                continue
    return found
