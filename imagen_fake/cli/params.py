"""The parameter types of options: paths, texts of several lines, pairs."""

import os
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import click

from imagen_fake.streams import STDOUT

PRINT_ONLY = "imagen_fake.print_only"
"""The key of a click context's `meta` that is set where values are shown and nothing is done."""


class NamedPath(click.Path):
    """A path; "" is refused, which click takes for the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        if not str(value):
            kind = "file" if self.file_okay else "folder"
            self.fail(f"an empty path names no {kind}.", param, ctx)
        return super().convert(value, param, ctx)


FILE = NamedPath(exists=True, dir_okay=False, path_type=Path)
"""A file that is there."""


class OutputPath(NamedPath):
    """A file to be written, in a folder that is there; `-` is standard output, unless refused."""

    def __init__(self, *, dash: bool = True) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)
        self.dash = dash

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Fails before any work is done, where it could not be written."""
        if str(value) == str(STDOUT):
            return STDOUT if self.dash else self.fail("'-': it has to be a file.", param, ctx)
        file: Path = super().convert(value, param, ctx)
        file = file.absolute() if file == STDOUT else file  # ./-
        folder = file.parent
        if not file.exists() and not folder.is_dir():
            self.fail(f"{str(file)!r}: there is no folder {str(folder)!r}.", param, ctx)
        if not file.exists() and not os.access(folder, os.W_OK):
            self.fail(f"{str(file)!r}: {str(folder)!r} is not writable.", param, ctx)
        return file


class FolderPath(NamedPath):
    """A folder that is there, or can be made; `writable` if it will be written to in any case.

    Such a one is made, and a file in it, to see that it can be.
    """

    def __init__(self, *, writable: bool = False) -> None:
        super().__init__(file_okay=False, path_type=Path)
        self.must_write = writable

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Fails where a file is in the way."""
        folder: Path = super().convert(value, param, ctx)
        existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        if not existing.is_dir():
            self.fail(f"{str(folder)!r}: {str(existing)!r} is a file.", param, ctx)
        if self.must_write and not (ctx and ctx.meta.get(PRINT_ONLY)):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                TemporaryFile(dir=folder).close()
            except OSError as error:
                reason = f"cannot be written to: {error.strerror}"
                self.fail(f"{str(folder)!r} {reason}.", param, ctx)
        return folder


class StoragePath(FolderPath):
    """A folder to be written to, or `gs`, the real Cloud Storage."""

    words = ("gs",)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, or `gs` itself."""
        return value if value in self.words else super().convert(value, param, ctx)


class LineParam(click.types.StringParamType):
    """A repeatable text; an environment variable holds one per line."""

    envvar_list_splitter = "\n"


class PairParam(click.types.StringParamType):
    """`NAME=VALUE`, or `NAME=FILE`; a configuration file has a table of them."""

    def __init__(self, *, names_files: bool = False) -> None:
        self.names_files = names_files
