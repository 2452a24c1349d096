"""The warnings that users filter."""

import imagen_fake
from imagen_fake.warning import ImagenFakeWarning, UnusedRuleWarning


def test_warnings_are_found_where_users_name_them() -> None:
    assert imagen_fake.ImagenFakeWarning is ImagenFakeWarning
    assert imagen_fake.UnusedRuleWarning is UnusedRuleWarning


def test_whoever_filters_all_filters_those_of_rules_too() -> None:
    assert issubclass(UnusedRuleWarning, ImagenFakeWarning)
    assert ImagenFakeWarning.__mro__[1] is UserWarning
