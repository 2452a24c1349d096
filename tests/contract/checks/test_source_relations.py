"""Relations of what is made of pictures, broken on purpose."""

from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.repair import minimal_body
from imagen_fake.contract.checks.relations import RELATIONS
from tests.contract.checks.test_mask_relations import ignoring
from tests.contract.sample_cases import Altered

CAPTION = Operation("imagetext", "caption", "vertex")


def test_captions_in_one_language_are_reported() -> None:
    start = CAPTION.case("a caption", minimal_body(CAPTION))
    (found,) = RELATIONS["languages"].rule(Altered(ignoring("language", "en")), start)
    assert (found.expected, found.observed) == ("5 captions", "1")
