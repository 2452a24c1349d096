"""What `imagen-fake contract` asks: the fake, a URL, or a service with the caller's credentials."""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from imagen_fake import spec

if TYPE_CHECKING:
    from imagen_fake.contract.exchange import Case
    from imagen_fake.contract.targets.target import Target
    from imagen_fake.contract.targets.targets import UrlTarget

LIVE = tuple(name for name in spec.table("hosts")["answered"] if name in spec.surfaces())
"""The surfaces that have a host of their own."""

KEYS = {"gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY"), "aiml": ("AIML_API_KEY",)}
"""Where the API key of a service is looked for."""

TOKEN = "CLOUDSDK_AUTH_ACCESS_TOKEN"  # noqa: S105 (the name of gcloud's variable)
"""Where an access token for Vertex AI is looked for, as gcloud does."""

VERTEX_URL = "GOOGLE_VERTEX_BASE_URL"
"""Where Google's client looks for what answers in the place of Vertex AI."""


@contextmanager
def contract_target(name: str, project: str, location: str, dry_run: bool) -> "Iterator[Target]":
    """The target of that name, closed in the end; of a dry run one that needs no credential.

    Raises UsageError where there is none, or nothing to ask it with.
    """
    from imagen_fake.contract.cassettes.scrub import Scrubber
    from imagen_fake.contract.targets.live import service
    from imagen_fake.contract.targets.targets import InProcessTarget

    if dry_run:
        yield service(name)
    elif name == "fake":
        yield InProcessTarget()
    elif "://" in name:
        with closing(_at_url(name)) as deployed:
            yield deployed
    elif name in LIVE:
        with closing(_live(name, project, location)) as live:
            yield live
    else:
        raise click.UsageError(
            f"{Scrubber()(name)!r} is no target: fake, a URL, {', '.join(LIVE)}."
        )


def _at_url(url: str) -> "UrlTarget":
    from imagen_fake.contract.targets.targets import UrlTarget

    try:
        return UrlTarget(url)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _live(name: str, project: str, location: str) -> "Target":
    from imagen_fake.contract.cassettes.scrub import Scrubber
    from imagen_fake.contract.targets import live

    if name in KEYS:
        keys = list(filter(None, map(os.environ.get, KEYS[name])))
        if not keys:
            raise click.UsageError(f"Set {' or '.join(KEYS[name])} to ask {name}.")
        return live.service(name, keys[0])
    token, url = (os.environ.get(variable, "") for variable in (TOKEN, VERTEX_URL))
    try:
        live.check_encrypted(url or live.base_url(name, location))
    except ValueError as error:
        raise click.UsageError(f"{VERTEX_URL}: {error}") from None
    try:
        return live.vertex(project, location, token, url)
    except ImportError:
        raise click.ClickException(
            "google-auth is not installed: pip install 'imagen-fake[live]'"
        ) from None
    except Exception as error:  # noqa: BLE001 (google-auth's own; it is not there to be named)
        raise click.ClickException(Scrubber()(str(error))) from None


def with_pictures(cases: "Sequence[Case]", pairs: Sequence[str]) -> "Sequence[Case]":
    """The cases with the pictures of `FIELD=FILE`. Raises UsageError for others."""
    from imagen_fake.contract.bodies.own_pictures import with_own_pictures
    from imagen_fake.contract.picture_file import open_picture

    files = {}
    for field, equals, name in (pair.partition("=") for pair in pairs):
        if not equals:
            raise click.UsageError("--picture is no FIELD=FILE, such as personImage=me.jpg.")
        files[field] = Path(name).read_bytes()
        if open_picture(files[field]) is None:
            raise click.UsageError(f"--picture {field}: {name} is no picture.")
    try:
        return with_own_pictures(cases, files)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
