"""More requests in a minute than there may be."""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence

from imagen_fake import spec
from imagen_fake.verdict.entries import Client, Entry
from imagen_fake.verdict.findings import Basis, Finding

LOCATION = re.compile(r"(?:^|/)locations/([^/]+)/")
MINUTE = 60.0
ADVICE = "send fewer at once, or ask Google for a higher quota"


def quota_findings(entries: Sequence[Entry]) -> Iterator[Finding]:
    """The calls that a rule's quota refused, and those that the service's own would refuse."""
    for entry in entries:
        if entry.quota is not None:
            yield Finding(
                check="over-quota",
                severity="warning",
                client=entry.client,
                calls=(entry.number,),
                what=f"went over a quota of {entry.quota} requests a minute",
                why="a rule with `quota` refused it with 429",
                advice=ADVICE,
            )
    yield from _busy_minutes(entries)


def _busy_minutes(entries: Iterable[Entry]) -> Iterator[Finding]:
    """Of each project, location and base model the first minute with more than its quota."""
    windows: defaultdict[tuple[str, str, str], deque[float]] = defaultdict(deque)
    most: dict[tuple[str, str, str], int] = {}
    beyond: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for entry in sorted(entries, key=lambda one: one.trace.started):
        location = LOCATION.search(entry.path)
        model = spec.any_model(entry.model)
        if location is None or model is None:
            continue
        key = entry.client.project, location[1], model.facts["quota"]["baseModel"]
        window = windows[key]
        window.append(entry.trace.started)
        while window[0] <= window[-1] - MINUTE:
            window.popleft()
        if len(window) > model.facts["quota"]["requestsPerMinute"]:
            most[key] = max(most.get(key, 0), len(window))
            beyond[key].append(entry.number)
    for key, calls in beyond.items():
        yield _busy_minute(key, most[key], tuple(calls))


def _busy_minute(key: tuple[str, str, str], most: int, calls: tuple[int, ...]) -> Finding:
    project, _, base_model = key
    quota = next(
        model.facts["quota"]
        for name in spec.all_model_ids()
        if (model := spec.any_model(name)) and model.facts["quota"]["baseModel"] == base_model
    )
    return Finding(
        check="busy-minute",
        severity="info",
        client=Client(project),
        calls=calls,
        what=f"sent {most} requests for {base_model} within a minute",
        why=f"by default the service takes {quota['requestsPerMinute']} a minute",
        advice=ADVICE,
        basis=Basis.of(quota),
    )
