"""Pictures of the caller in cases."""

from collections.abc import Iterable

import pytest

from imagen_fake.contract.bodies.cases import cases
from imagen_fake.contract.bodies.own_pictures import with_own_pictures
from imagen_fake.contract.bodies.pictures import encode_image, picture, to_base64
from imagen_fake.contract.checks.response import decoded_pictures
from imagen_fake.contract.exchange import Case
from tests.contract.sample_cases import PLAIN, ask, differences

MODEL = "virtual-try-on-001"
PERSON, SHIRT = (encode_image(picture(size), "JPEG") for size in ((96, 64), (48, 80)))
FILES = {"personImage": PERSON, "productImages": SHIRT}


def case(label: str, some: Iterable[Case]) -> Case:
    return next(one for one in some if one.name == f"vertex {MODEL} try_on: {label}")


OWN = with_own_pictures(cases(MODEL), FILES)


def test_the_plain_case_sends_both_pictures_and_gets_one_of_the_persons_size() -> None:
    plain = case("plain", OWN)
    (instance,) = plain.body["instances"]
    assert instance["personImage"]["image"]["bytesBase64Encoded"] == to_base64(PERSON)
    assert instance["productImages"][0]["image"]["bytesBase64Encoded"] == to_base64(SHIRT)
    assert differences(ask(plain)) == []
    (answer,) = decoded_pictures(ask(plain))
    assert answer.image is not None
    assert answer.image.size == (96, 64)


def test_a_refused_case_sends_them_too() -> None:
    refused = case("maximum of sampleCount broken by 5", OWN)
    (instance,) = refused.body["instances"]
    assert instance["personImage"]["image"]["bytesBase64Encoded"] == to_base64(PERSON)


@pytest.mark.parametrize("label", ["truncated", "empty", "another format"])
def test_a_picture_that_the_case_is_about_stays(label: str) -> None:
    name = f"{label} at instances[0].personImage.image"
    (own,) = case(name, OWN).body["instances"]
    (kit,) = case(name, cases(MODEL)).body["instances"]
    assert own["personImage"] == kit["personImage"]


def test_every_case_keeps_what_it_is_about() -> None:
    for own, kit in zip(OWN, cases(MODEL), strict=True):
        assert (own.name, own.violation, own.facts) == (kit.name, kit.violation, kit.facts)


def test_a_field_that_no_body_has_is_refused() -> None:
    with pytest.raises(ValueError, match="No body has a picture in mask"):
        with_own_pictures([PLAIN], {"mask": PERSON})
