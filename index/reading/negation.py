"""Words that negate, and what a negated filter is."""

from __future__ import annotations

from index.filters import All, Any, Filter, Not, Test
from index.reading.sentence import Phrases, Sentence

_CUES = Phrases(
    dict.fromkeys(
        ("not", "non", "no", "without", "lacking", "lacks", "lack", "excluding", "exclude",
         "excludes", "except", "except for", "neither", "nor", "other than", "anything but",
         "avoid", "avoiding", "free of", "free from", "devoid of", "isn't", "aren't", "doesn't",
         "don't", "never", "none of", "but not", "rather than", "instead of", "no trace of",
         "minus", "void of", "omit", "omitting", "absence of", "does not", "do not", "is not",
         "are not", "cannot", "can't", "mustn't", "shouldn't", "must not", "should not",
         "without any", "not any", "avoids", "apart from", "excl.", "excl", "w/o", "sans", "!",
         "not a", "no other", "which is not", "that is not", "that are not", "won't", "wasn't",
         "anything except", "barring", "leaving out", "leave out", "skip", "skipping", "nothing",
         "excluded :", "ruling out", "rule out", "exclude all", "but no"), True
    )
)  # fmt: skip
_BETWEEN = frozenset(
    "be being been have having has contain contains containing include includes including any a an "
    "the of to in from crystallize crystallise show exhibit made with at all be based adopt is are "
    "me want need give whatever everything anything that those ones just consists consist all "
    "possess involve use using both either belong crystallizes non".split()
)
_MOST_BETWEEN = 7
_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def read_negation(s: Sentence, i: int) -> int:
    """Return the place behind a negating word, or 0 where none stands."""
    found = _CUES.find(s, i)
    if found is None:
        return 0
    end = found[0] + (s.word(i) == "non" and s.word(found[0]) == "-")
    return end


_BEHIND = Phrases(
    dict.fromkeys(
        (f"{noun}{verb}{word}"
         for noun in ("", "structures ", "ones ", "compounds ", "phases ", "materials ")
         for verb in ("", "is ", "are ", "to be ", "should be ", "must be ")
         for word in ("excluded", "not present", "not allowed", "absent", "forbidden",
                      "not included", "not wanted", "avoided", "not permitted", "unwanted")), True
    )
)  # fmt: skip


def excluded_behind(s: Sentence, i: int) -> int:
    """Return the place behind 'excluded' and the like, or 0 where none stands."""
    found = _BEHIND.find(s, i)
    return found[0] if found else 0


def between(s: Sentence, i: int) -> list[int]:
    """List the places where what is negated may begin: at once, or behind 'be', 'contain', 'a'."""
    places = [i]
    while s.word(i) in _BETWEEN and len(places) <= _MOST_BETWEEN:
        i += 1
        places.append(i)
    return places


def negate(filter: Filter) -> Filter:
    """Return what holds where a filter is known not to hold."""
    match filter:
        case All(parts):
            return Any(tuple(negate(part) for part in parts))
        case Any(parts):
            return All(tuple(negate(part) for part in parts))
        case Not(part):
            return part
    return _negate_test(filter)


def _negate_test(test: Test) -> Filter:
    if isinstance(test.value, bool):
        return Test(test.column, test.op, not test.value)
    if test.op in _OPPOSITE:
        return Test(test.column, _OPPOSITE[test.op], test.value)
    if test.op == "in" and isinstance(test.value, tuple) and len(test.value) <= 12:
        return All(tuple(Test(test.column, "!=", value) for value in test.value))
    if test.op == "has_any" or (test.op == "has_all" and len(_values(test)) == 1):
        return Test(test.column, "has_none", test.value)
    if test.op == "has_none":
        return Test(test.column, "has_any", test.value)
    return Not(test)


def _values(test: Test) -> tuple[object, ...]:
    return test.value if isinstance(test.value, tuple) else (test.value,)
