"""Light stemming of French and English: the end of a word is left out, never changed.

A stem is always the beginning of its word, so that looking for everything that begins with the stem finds all forms:
"livrées" looks for livr…, which finds livré, livrer, livraison. Words come in folded (`base.folding`).
"""

EMPTY_WORDS = frozenset(
    "au aux avec ce ces cet cette chez comme dans de des du elle elles en est et eu il ils je la le les leur lui ma "
    "mais me mes moi mon ne nos notre nous on ou par pas pour qu que qui sa se ses son sont sur ta te tes toi ton tu "
    "un une vos votre vous y c d j l m n s t "
    "a an and are as at be but by for from had has have he her his i if in is it its me my no not of on or our she so "
    "than that the their them they this to was we were what when which who will with you your".split()
)
"""Words that say nothing about what is looked for, in either language."""

_SHORTEST = 4
_ENDINGS = tuple(
    sorted(
        (
            *("issements", "issement", "ements", "ement", "ations", "ation", "ateurs", "ateur", "euses", "euse"),
            *("ables", "able", "ibles", "ible", "ances", "ance", "ences", "ence", "ments", "ment", "eurs", "eur"),
            *("aient", "ait", "ais", "ees", "ee", "es", "er", "ez", "ers", "ent", "ir", "is", "it", "ux", "al"),
            *("ings", "ing", "edly", "ed", "ies", "ness", "ions", "ion", "e", "s", "x", "y"),
        ),
        key=len,
        reverse=True,
    )
)


def stem(word: str) -> str:
    """The beginning of a folded word that its other forms share; at least four letters, numbers whole."""
    if word.isdigit() or any(c.isdigit() for c in word):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word
