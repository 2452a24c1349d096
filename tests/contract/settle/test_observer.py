"""What a run settles while it goes on."""

from imagen_fake.contract.cassettes.scrub import Scrubber
from imagen_fake.contract.settle.observer import SettlingObserver
from tests.contract.settle.observing import ENTRY, TOO_MANY, observation, probes


def test_every_exchange_counts_and_nothing_private_is_printed() -> None:
    cases = [one.case for one in probes().values() if one.request is None]
    others = [one for one in probes().values() if one.request is not None]
    observer = SettlingObserver(cases, others, Scrubber())
    secret = "ya29.a-token-of-somebody"  # noqa: S105 (the test's own)
    for one in (observation(TOO_MANY),
                observation(ENTRY, lambda body: body.update(versionId=secret))):  # fmt: skip
        observer(one.exchange, one.differences)
    text = "\n".join(observer.lines())
    assert "confirmed: errors.json#/errors/sample_count (assumed)" in text
    assert "         was      REDACTED" in text
    assert secret not in text
