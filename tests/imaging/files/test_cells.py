import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagen_fake.imaging.files.cells import CELL, GREY, CellReader, Layer, cell_readers, page_sizes
from imagen_fake.imaging.files.watermark import add_watermark

LEVELS = [bytes(range(100, 180, 2)), bytes(range(60, 140, 2)), bytes([GREY] * 40)]


def page() -> Image.Image:
    """Three rows of forty cells, the first of `LEVELS` at the foot; a strip below and beside."""
    cells = Image.frombytes("L", (40, 3), b"".join(LEVELS[::-1]))
    printed = Image.new("L", (40 * CELL + 3, 3 * CELL + 5))
    printed.paste(cells.resize((40 * CELL, 3 * CELL), Image.Resampling.NEAREST))
    return printed


def _spread(levels: list[int]) -> int:
    return max(levels) - min(levels)


def enlarged(image: Image.Image, scale: int) -> Image.Image:
    return image.resize((image.width * scale, image.height * scale), Image.Resampling.LANCZOS)


@pytest.mark.parametrize("number", range(3))
def test_rows_of_cells_are_counted_from_the_foot(number: int) -> None:
    assert Layer(page(), 1).levels(number) == LEVELS[number]


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_cells_of_a_larger_copy_are_read_alike(scale: int) -> None:
    for number, levels in enumerate(LEVELS):
        read = Layer(enlarged(page(), scale), scale).levels(number)
        assert max(abs(a - b) for a, b in zip(read, levels, strict=True)) <= 1


@pytest.mark.parametrize("scale", [1, 2])
def test_one_of_the_plates_is_free_of_a_watermark(scale: int) -> None:
    marked = add_watermark(enlarged(page(), scale).convert("RGB")).convert("L")
    assert [plate.row(2) for plate in cell_readers(marked, scale)].count([GREY] * 40) == 1


@pytest.mark.parametrize("scale", [1, 3])
def test_steps_are_how_much_lighter_the_left_cells_of_pairs_are(scale: int) -> None:
    shaded = add_watermark(enlarged(page(), scale).convert("RGB")).convert("L")
    for plate in cell_readers(shaded, scale):
        rows = [plate.row(number) for number in (2, 1, 0)]
        steps = [a - b for row in rows for a, b in zip(row[::2], row[1::2], strict=True)]
        assert [level - GREY for level in plate.steps().tobytes()] == steps


def test_one_of_the_plates_is_free_of_two_watermarks() -> None:
    first = add_watermark(page().convert("RGB"))
    marked = add_watermark(enlarged(first, 4)).convert("L")
    none, *_, both = cell_readers(marked, 4)
    assert _spread(both.row(2)) <= 1 < _spread(none.row(2))


@pytest.mark.parametrize("size", [(512, 512), (768, 768), (333, 333), (1536, 1536), (400, 400)])
def test_a_square_may_be_a_copy_of_the_square_page(size: tuple[int, int]) -> None:
    assert (1024, 1024) in page_sizes(size)


@given(
    st.sampled_from([(1024, 1024), (896, 1280), (1280, 896), (1408, 768), (768, 1408)]),
    st.integers(30, 190),
)
def test_a_copy_of_any_size_leads_to_its_page(page: tuple[int, int], per_cent: int) -> None:
    size = (round(page[0] * per_cent / 100), round(page[1] * per_cent / 100))
    assert (page in page_sizes(size)) is (size != page)


@pytest.mark.parametrize(
    "size", [(1500, 1000), (600, 400), (1920, 1080), (9000, 9000), (600, 9000), (9, 3000), (1, 1)]
)
def test_few_pages_have_the_shape_of_a_photograph(size: tuple[int, int]) -> None:
    pages = list(page_sizes(size))
    assert len(pages) <= size[0] // 32
    assert all(max(page) <= 3072 for page in pages)
    assert all(abs(wide * size[1] - high * size[0]) <= wide + high for wide, high in pages)


def test_a_picture_smaller_than_a_cell_has_no_rows() -> None:
    assert CellReader(Layer(Image.new("L", (9, 7)), 1), ()).rows == 0
