"""Targets that can be set to something, and such that cannot."""

from imagen_fake.contract.targets.place import Place, place


def test_a_target_that_cannot_be_set_has_no_place() -> None:
    assert place(object(), "") is None


class Settable:
    """A target of which somebody asks for places."""

    def __init__(self) -> None:
        self.settings: list[str] = []

    def place(self, setting: str) -> Place | None:
        """None, once the setting is noted."""
        self.settings.append(setting)
        return None


def test_a_target_that_can_be_set_is_asked_for_its_place() -> None:
    target = Settable()
    assert place(target, "denied") is None
    assert target.settings == ["denied"]
