"""Targets as runs see them."""

from imagen_fake.contract.targets.live import service


def test_a_target_that_has_no_settings_is_no_configured_one() -> None:
    assert service("gemini").configure("strict") is None
