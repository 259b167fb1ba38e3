"""A reference can be said, typed badly, and noticed when mistyped."""

from hypothesis import given
from hypothesis import strategies as st

from cases.references import ALPHABET, check_character, new_reference, read_reference, spell

bodies = st.text(ALPHABET, min_size=8, max_size=8)


@given(bodies)
def test_what_is_shown_is_read_back(body: str) -> None:
    reference = body + check_character(body)
    assert read_reference(spell(reference)) == reference
    assert read_reference(f" {spell(reference).lower()} ") == reference


@given(bodies, st.integers(0, 8), st.sampled_from(ALPHABET))
def test_every_wrong_character_is_noticed(body: str, place: int, wrong: str) -> None:
    reference = body + check_character(body)
    typed = reference[:place] + wrong + reference[place + 1 :]
    assert read_reference(typed) == (reference if typed == reference else None)


@given(bodies, st.integers(0, 7))
def test_every_swap_of_neighbours_is_noticed(body: str, place: int) -> None:
    reference = body + check_character(body)
    typed = reference[:place] + reference[place + 1] + reference[place] + reference[place + 2 :]
    assert read_reference(typed) == (reference if typed == reference else None)


def test_letters_that_look_alike_are_read_alike() -> None:
    reference = "0110" + "ABCD"
    reference += check_character(reference)
    assert read_reference("OIL0-abcd-" + reference[8]) == reference


@given(st.text(max_size=40))
def test_anything_else_is_none_without_an_error(text: str) -> None:
    found = read_reference(text)
    assert found is None or len(found) == 9


def test_two_are_not_alike() -> None:
    assert len({new_reference() for _ in range(1000)}) == 1000
