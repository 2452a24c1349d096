from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.pipeline.respond import Answer
from imagen_fake.state.responses import MAX_KEY_BYTES, ResponseCache


def key(number: int) -> tuple[str, str, bytes]:
    return ("vertex", "model", b"%d" % number)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3000)), max_size=60))
def test_kept_answers_never_take_more_than_their_limit(puts: list[tuple[int, int]]) -> None:
    kept = ResponseCache(10_000)
    for number, size in puts:
        kept.put(key(number), Answer(200, bytes(size)))
        assert kept.size <= 10_000


def test_a_kept_answer_is_found_again() -> None:
    kept = ResponseCache(10_000)
    kept.put(key(1), Answer(200, b"body"))
    assert kept.get(key(1)) == Answer(200, b"body")
    assert kept.get(key(2)) is None


def test_the_least_used_is_forgotten_first() -> None:
    kept = ResponseCache(5000)
    for number in (1, 2):
        kept.put(key(number), Answer(200, bytes(1000)))
    kept.get(key(1))
    kept.put(key(3), Answer(200, bytes(1000)))
    assert [kept.get(key(number)) is not None for number in (1, 2, 3)] == [True, False, True]


def test_what_is_larger_than_the_limit_is_not_kept() -> None:
    kept = ResponseCache(5000)
    kept.put(key(1), Answer(200, bytes(6000)))
    kept.put(("vertex", "model", bytes(MAX_KEY_BYTES + 1)), Answer(200, b""))
    assert len(kept) == 0


def test_what_is_not_cacheable_is_not_kept() -> None:
    kept = ResponseCache(5000)
    kept.put(key(1), Answer(200, b"body", cacheable=False))
    assert kept.get(key(1)) is None
