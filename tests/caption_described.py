"""What descriptions of classes and of bonded networks mean, in every form of their verbs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

_VERBS = {"is": ("is", "are", "be"), "has": ("has", "have"), "carries": ("carries", "carry"),
          "mixes": ("mixes", "mix")}  # fmt: skip
_WITH = {"has": "with", "contains": "containing", "lacks": "lacking"}


def _forms(phrase: str) -> Iterator[str]:
    """Yield a phrase, and where it begins with a verb the verb's other forms."""
    verb, _, rest = phrase.partition(" ")
    if verb in _VERBS or verb.endswith("s"):
        words = (*_VERBS.get(verb, (verb, verb[:-1])), *filter(None, (_WITH.get(verb),)))
        yield from (f"{word} {rest}" for word in words)
        if rest.startswith("free of "):
            yield rest
    yield phrase


def read_meanings(name: str) -> Mapping[str, tuple[str, ...]]:
    """Read phrases, indented below what they mean: 'class oxide', 'dimension not 2D'."""
    found: dict[str, tuple[str, ...]] = {}
    key = ""
    table = Path(__file__).with_name(name).read_text(encoding="utf-8")
    for line in table.splitlines()[1:]:
        if line.startswith(" "):
            found[key] += (line.strip(),)
        else:
            key = line
            found.setdefault(key, ())
    return found


DESCRIBED = read_meanings("caption_described.txt")
IN_ALL_FORMS: Mapping[str, tuple[str, ...]] = {
    key: tuple(
        dict.fromkeys(
            text
            for phrase in phrases
            for form in _forms(phrase)
            for text in (form, form.replace("sulf", "sulph"))
        )
    )
    for key, phrases in DESCRIBED.items()
}
