"""Who may call: each judge notices another answer and names its facts."""

from imagen_fake.contract.probes.credentials import credential_probes
from imagen_fake.contract.probes.probe import Probe
from tests.contract.probe_answers import assert_notices_other_answers, each


@each(credential_probes)
def test_each_judge_finds_fault_with_another_answer(probe: Probe) -> None:
    assert_notices_other_answers(probe)


def test_each_surface_is_asked_with_each_wrong_credential() -> None:
    told = {
        name for probe in credential_probes() for name in probe.case.facts if "/errors/" in name
    }
    assert told == {
        f"errors.json#/errors/{name}"
        for name in (
            "credentials_missing", "token_invalid", "token_expired", "api_key_invalid",
            "permission_denied", "api_key_blocked", "caller_unregistered", "images_key_missing",
            "images_key", "images_denied", "aiml_key", "aiml_credits",
        )
    }  # fmt: skip
