import io

import posters
import pytest
from PIL import Image

from imagen_fake import Fake


def test_a_poster_is_an_upright_jpeg(imagen_intercept: Fake) -> None:
    picture = Image.open(io.BytesIO(posters.draw("a lighthouse at dusk")))
    assert picture.format == "JPEG"
    assert picture.height > picture.width
    imagen_intercept.assert_called_with(prompt="a lighthouse at dusk", aspect_ratio="3:4")


@pytest.mark.imagen_fake("error=429 times=2")
def test_a_busy_service_is_asked_again() -> None:
    assert posters.draw("a lighthouse")


@pytest.mark.imagen_fake("filter=all codes=63429089")
def test_a_filtered_poster_is_told_to_the_customer() -> None:
    with pytest.raises(posters.NotDrawnError, match=r"filtered out all generated images.*63429089"):
        posters.draw("a lighthouse")


@pytest.mark.asyncio
async def test_a_catalogue_is_drawn_at_once(imagen_intercept: Fake) -> None:
    motifs = ["a lighthouse", "a harbour", "a gull"]
    assert len(set(await posters.draw_all(motifs))) == 3
    assert {called.prompt for called in imagen_intercept.calls} == set(motifs)


def test_the_shop_works_against_a_server_too(imagen_fake_env: Fake) -> None:
    imagen_fake_env.rule("error=503 times=3", prompt="*lighthouse*")
    with pytest.raises(posters.NotDrawnError, match="currently unavailable"):
        posters.draw("a lighthouse")
    assert posters.draw("a harbour")
    assert [called.status for called in imagen_fake_env.calls] == [503, 503, 503, 200]
