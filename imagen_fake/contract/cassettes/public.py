"""Names that are nobody's secret: they stand in what the service itself says to everybody."""

import re
from functools import cache

from imagen_fake import spec

URI = re.compile(r"gs://[^\s\"'`<>\\]*[^\s\"'`<>\\.,:;)\]}]")


@cache
def public_uris() -> frozenset[str]:
    """The Cloud Storage URIs in the words of errors, which are examples."""
    texts = (error["message"] for error in spec.read("errors.json")["errors"].values())
    return frozenset(uri for text in texts for uri in URI.findall(text))


@cache
def public_buckets() -> frozenset[str]:
    """The buckets of the schemata that models name in their entries."""
    entries = (spec.read(f"models/{name}.json") for name in spec.model_ids())
    uris = (str(uri) for entry in entries for uri in entry.get("predictSchemata", {}).values())
    return frozenset(uri.split("/")[2] for uri in uris if URI.fullmatch(uri))
