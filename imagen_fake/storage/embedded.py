"""An embedded Cloud Storage: buckets as folders, objects as files in them."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from time import time_ns
from typing import NamedTuple

from imagen_fake.storage import object_file
from imagen_fake.storage.commits import Move
from imagen_fake.storage.files import object_path, sidecar_path, stamp_of
from imagen_fake.storage.lookup import Lookup
from imagen_fake.storage.metadata import ObjectMetadata, Properties, rfc3339
from imagen_fake.storage.objects import UNTYPED, Guard, NewObject, StorageError, always, parse_uri
from imagen_fake.storage.staging import Staged


class Draft(NamedTuple):
    """An object to be committed."""

    uri: str
    staged: Staged
    properties: Properties


class Storage(Lookup):
    """The buckets in a folder, which other processes may use at the same time.

    Without a folder it makes a temporary one when needed, deleted with the storage. Every
    method raises StorageError: `denied` or `unavailable` if the disk says so.
    """

    def commit(self, drafts: Sequence[Draft], guard: Guard = always) -> list[ObjectMetadata]:
        """Make all drafts objects at once, or none; buckets that are not there are made.

        The guard is called while nothing can change, and may raise. What was staged before a
        reset counts as written before it: nothing of it is there.
        """
        for draft in drafts:
            draft.staged.finish()
        with self.folder.locked(drafts[0].uri if drafts else "gs://"):
            guard()
            results = [self._new_metadata(draft) for draft in drafts]
            if all(self.folder.is_current(draft.staged) for draft in drafts):
                self.folder.move([self._move(*pair) for pair in zip(drafts, results, strict=True)])
        return results

    def put(self, pictures: Sequence[NewObject], guard: Guard = always) -> list[ObjectMetadata]:
        """Write all pictures at once, or none if the guard raises."""
        with ExitStack() as stack:
            drafts = []
            for uri, data, content_type in pictures:
                parse_uri(uri)
                staged = stack.enter_context(self.folder.stage(uri))
                staged.write(data)
                drafts.append(Draft(uri, staged, Properties(content_type)))
            return self.commit(drafts, guard)

    def write(self, uri: str, data: bytes, content_type: str = UNTYPED) -> ObjectMetadata:
        """The object that now holds the data; a bucket that is not there is made."""
        return self.put([NewObject(uri, data, content_type)])[0]

    def update(
        self, uri: str, change: Callable[[Properties], Properties], guard: Guard = always
    ) -> ObjectMetadata:
        """The object, of which only the properties are changed. Raises missing_object."""
        self.stat(uri)  # its bytes may have to be read, and nobody shall wait for that
        with self.folder.locked(uri):
            file = self._find(uri)
            guard()
            _, data = object_file.open_object(file)
            with data:
                current = file.read_metadata(data, self._checksum_cache)
            updated = replace(
                current,
                properties=change(current.properties),
                metageneration=current.metageneration + 1,
                updated=rfc3339(time_ns()),
            )
            self.folder.replace(sidecar_path(file.file), updated.encode(file.stamp))
            return updated

    def delete(self, uri: str, guard: Guard = always) -> None:
        """Remove an object. Raises missing_bucket or missing_object, and what the guard raises."""
        with self.folder.locked(uri):
            file = self._find(uri).file
            guard()
            file.unlink()
            sidecar_path(file).unlink(missing_ok=True)

    def create(self, bucket: str, guard: Guard = always) -> None:
        """Make a bucket unless it is there."""
        with self.folder.locked(f"gs://{bucket}"):
            guard()
            self._bucket_folder(bucket).mkdir(exist_ok=True)

    def _new_metadata(self, draft: Draft) -> ObjectMetadata:
        """The metadata of a draft, with a generation above that of the current object."""
        bucket, name = parse_uri(draft.uri)
        generation_before = 0
        with suppress(StorageError):  # a link is written over
            current = self.version(draft.uri)
            generation_before = current.generation if current else 0
        now = time_ns()
        at, generation = rfc3339(now), max(now // 1000, generation_before + 1)
        return ObjectMetadata(
            bucket, name, draft.staged.size, *draft.staged.finish(), generation, 1, at, at,
            draft.properties,
        )  # fmt: skip

    def _move(self, draft: Draft, metadata: ObjectMetadata) -> Move:
        """The move of a draft, after its sidecar is written."""
        folder, staged = self._bucket_folder(metadata.bucket), draft.staged.path
        file = object_path(folder, metadata.name, folds=self.folder.folds)
        self.folder.replace(sidecar_path(staged), metadata.encode(stamp_of(staged)))
        return Move(f"{staged.parent.name}/{staged.name}", folder.name, file.name)
