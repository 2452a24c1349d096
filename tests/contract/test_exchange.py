"""Differences: who is to blame."""

import pytest

from imagen_fake.contract.exchange import Difference, Fact


@pytest.mark.parametrize(("grade", "blamed"), [("assumed", True), ("recorded", False)])
def test_what_is_only_assumed_is_the_fakes_fault(grade: str, blamed: bool) -> None:
    difference = Difference("status", Fact("errors.json#/errors/page_size", grade), "400", "200")
    assert difference.blames_the_fake is blamed
