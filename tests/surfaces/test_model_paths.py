import pytest

from imagen_fake.surfaces.model_paths import MAX_PATH_LENGTH, MAX_PATHS, _match, endpoints, match

PLACE = "/v1/projects/p/locations/l"
MODELS = "publishers/google/models"


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        (f"{PLACE}/{MODELS}/m:predict", {"project": "p", "location": "l", "model": "m"}),
        (f"{PLACE}/endpoints/5:predict", {"project": "p", "location": "l", "endpoint": "5"}),
        (f"/v1beta1/{MODELS}/m:predict", {"model": "m"}),
        ("/v1beta/models/m:predict", {"model": "m"}),
        ("/v1beta/models/m.1:x:predict", {"model": "m.1:x"}),
        ("/v1beta/models/m:predictLongRunning", {"model": "m"}),
        ("/v1beta/projects/p/models/m:predict", {"project": "p", "model": "m"}),
        ("/v1/images/generations", {}),
    ],
)
def test_the_parts_of_a_path_are_named(path: str, parameters: dict[str, str]) -> None:
    found = match(path)
    assert found is not None
    assert found[1] == parameters


@pytest.mark.parametrize(
    "path",
    [
        "/v1beta/models/m:predict/", "/v1beta/models/m:predict\n", "/v1beta/models/a/b:predict",
        "/v1beta/models/:predict", "/v1beta/models/m", "/V1BETA/models/m:predict", "",
        "/v1beta/models/" + "m" * MAX_PATH_LENGTH + ":predict",
    ],
)  # fmt: skip
def test_no_other_path_is_one_of_a_model(path: str) -> None:
    assert match(path) is None


def test_only_so_many_paths_are_remembered() -> None:
    for number in range(MAX_PATHS + 5):
        match(f"/v1beta/models/{number}:predict")
    assert _match.cache_info().currsize == MAX_PATHS


def test_each_path_leads_to_its_own_endpoint() -> None:
    parts = {"project": "p", "location": "l", "model": "m", "endpoint": "5"}
    for endpoint in endpoints():
        found = match(endpoint.path.format_map(parts))
        assert found is not None
        assert found[0] is endpoint
