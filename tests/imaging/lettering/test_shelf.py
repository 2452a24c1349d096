from concurrent.futures import ThreadPoolExecutor

from imagen_fake.imaging.lettering.shelf import Shelf


def test_what_was_drawn_is_not_drawn_again() -> None:
    shelf: Shelf[list[int]] = Shelf(100, len)
    assert shelf.take("a", lambda: [1]) is shelf.take("a", lambda: [2])


def test_the_least_recently_used_goes_first() -> None:
    shelf: Shelf[bytes] = Shelf(2, len)
    for key in "aba":
        shelf.take(key, lambda: b"x")
    shelf.take("c", lambda: b"x")
    assert shelf.take("a", lambda: b"new") == b"x"
    assert shelf.take("b", lambda: b"y") == b"y"


def test_it_never_holds_more_than_its_capacity() -> None:
    shelf: Shelf[bytes] = Shelf(10, len)
    for key in range(20):
        shelf.take(key, lambda: b"xxx")
    assert len(shelf) == 3


def test_what_is_too_heavy_is_drawn_but_not_kept() -> None:
    shelf: Shelf[bytes] = Shelf(10, len)
    assert shelf.take("a", lambda: bytes(11)) == bytes(11)
    assert len(shelf) == 0


def test_threads_that_draw_the_same_at_once_weigh_it_once() -> None:
    shelf: Shelf[bytes] = Shelf(8, len)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: shelf.take("a", lambda: b"x" * 4), range(200)))
    shelf.take("b", lambda: b"y" * 4)
    assert len(shelf) == 2
