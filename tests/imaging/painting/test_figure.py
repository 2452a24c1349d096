from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.imaging.painting.figure import Figure, pack_figures, unpack_figures
from imagen_fake.imaging.prompt.vocabulary import vocabulary

ICONS = sorted({said.icon for said in vocabulary().words.values() if said.icon})
SIDE = st.integers(-3000, 5000)
PLACES = st.lists(st.tuples(st.sampled_from(ICONS), SIDE, SIDE, st.booleans()), max_size=8)


@given(PLACES, st.integers(8, 1500), st.booleans(), st.integers(1, 15), st.binary())
def test_figures_and_what_follows_them_are_read_again(
    places: list[tuple[str, int, int, bool]], size: int, mirrored: bool, reach: int, rest: bytes
) -> None:
    figures = tuple(
        Figure(icon, size, mirrored, (left, top), reach * lined)
        for icon, left, top, lined in places
    )
    assert unpack_figures(pack_figures(figures) + rest) == (figures, rest)


def test_one_figure_takes_nine_bytes_and_none_takes_one() -> None:
    figure = Figure("cat", 400, False, (10, 20), 0)
    assert [len(pack_figures(list(some))) for some in ((figure,), (), (figure, figure))] == [
        9,
        1,
        15,
    ]


@given(st.binary())
def test_no_bytes_are_an_error_and_all_figures_can_be_drawn(data: bytes) -> None:
    figures, rest = unpack_figures(data)
    assert {figure.icon for figure in figures} <= set(ICONS)
    assert all(8 <= figure.size <= 2047 for figure in figures)
    assert data.endswith(rest)
