from collections.abc import Iterator

import pytest

from tests.surfaces.control_client import ControlClient


@pytest.fixture(scope="module")
def lasting_control() -> Iterator[ControlClient]:
    client = ControlClient()
    yield client
    client.fake.close()


@pytest.fixture
def fake(lasting_control: ControlClient) -> ControlClient:
    lasting_control.state.reset()
    return lasting_control
