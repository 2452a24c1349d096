from tests.gallery.sheet import COLUMNS, GAP, PROMPTS, SIDE, draw


def test_the_page_has_a_place_for_every_prompt() -> None:
    page = draw()
    rows = -(-len(PROMPTS) // COLUMNS)
    assert page.size == (COLUMNS * (SIDE + GAP) + GAP, rows * (SIDE + GAP) + GAP)
    for number in range(len(PROMPTS)):
        row, column = divmod(number, COLUMNS)
        left, top = GAP + column * (SIDE + GAP), GAP + row * (SIDE + GAP)
        picture = page.crop((left, top, left + SIDE, top + SIDE))
        assert len(picture.getcolors(SIDE * SIDE) or ()) > 50
