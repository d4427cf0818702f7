"""How statements become a query: what people type into a search box, from labels to questions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clac.data.grammar import frames
from clac.data.grammar import say_composition as composition
from clac.data.grammar import say_elements as elements
from clac.data.grammar.drawing import draw, say, shuffle
from clac.data.grammar.number_words import NUMBERS, VOLUME
from clac.data.grammar.voice import Voice, article, join
from clac.data.grammar.weights import ADJECTIVES, CLAUSES, NAMES, NOUNS, TAILS, Statement

_JOINED = (
    "with", "no ", "made", "containing", "contains", "used", "of ", "free of",
    "isostructural", "same", "based on", "that", "in ", "lacking", "composed", "whose", "including",
    "crystallizing", "not ", "neither", "compound of", "has ", "having ", "free from", "devoid of",
    "excluding ", "consisting ", "built ", "must ", "should ", "where ", "lacks ", "belonging",
)  # fmt: skip
"""beginnings of fragments that need no comma"""
_OWNED = re.compile(
    r"^(?!(?:low|high)er|.*\b(?:is|lies|falls|exceeds|equals|does not|stays|goes|comes to|"
    r"amounts to)\b).*"
    r"(?<![\w-])(?:gap|modulus|constant|index|permittivity|energy|density|ratio|structure|lattice|"
    r"cell|symmetry|group|groups|sites|coordination|octahedra|tetrahedra|prisms|pyramids|layers|sheets|"
    r"chains|framework|network|neighbou?rs|ions|anions|cations|response|cubes|squares)\b"
)
"""a crystal comes with such things"""
_LABELS = tuple(
    label for spec in (*NUMBERS.values(), VOLUME) for label in (*spec.labels, *spec.more)
)
_NUMBERED = (*_LABELS, *"-~0123456789")
_NUMBER_BEFORE = re.compile(r"\d.{0,45}$")
_QUANTITY = re.compile(
    "(" + "|".join(sorted(_LABELS, key=len, reverse=True)) + r")(?: of)? "
    r"(?!structure|=|\(|exceeding |not exceeding |per |energy|index|\w+ ?[=<>~])"
    r"(?!(?:is|lies|falls|exceeds|equals|stays|does|goes|comes|amounts) )([^=]+)$"
)  # fmt: skip
_COUNTABLE = re.compile(
    r"(?:ide|ate|intermetallic|compound|alloy|element|crystal|metal|material|structure|conductor|"
    r"insulator|dielectric|phase|solid)$"
)
_MANY_ALREADY = re.compile(r"(?:ides|ates|intermetallics|materials)\b")
_SINGULAR = re.compile(r"(ide|ate|intermetallic|material|[^\Ws])s\b")
_GENERAL = ("crystal", "material", "compound", "structure", "materials", "phase", "solid")


def as_typed(v: Voice, n_facts: int) -> str:
    """Write adjectives, a noun and what follows it, n facts in all."""
    taken: set[Statement] = set()
    noun = ""
    if v.dice() < 0.55:
        kind = v.pick(NAMES)
        if noun := say(v, kind, "fragment"):
            taken.add(kind)
    own = bool(noun)
    if not noun and (v.dice() < 0.85 or n_facts == 1):
        noun = next(iter(draw(v, NOUNS, "fragment", 1, taken)), "")
    if taken & {composition.formula, composition.name}:
        # The noun has named the elements.
        taken |= {composition.elements, elements.one_element, elements.two_elements,
                  composition.arity}  # fmt: skip
    # 'titanium oxides' would be all that have titanium and oxygen in them.
    common = not own and not taken & {composition.formula, composition.name}
    n_left = n_facts - bool(noun)
    n_adjectives = min(int(v.dice() * 2.2), n_left) if noun else 0
    adjectives = draw(v, ADJECTIVES, "adjective", n_adjectives, taken)
    if adjectives:
        # A formula is not monoclinic.
        noun = re.sub("^(?:formula|composition) ", "", noun)
    n_left -= len(adjectives)
    if n_left and not own and v.dice() < 0.42:
        clauses = draw(v, CLAUSES, "predicate", n_left, taken)
        if clauses:
            return _loosely(v, _clauses(v, adjectives, noun, clauses, common))
    tails = draw(v, TAILS, "fragment", n_left, taken)
    if not noun and tails and v.dice() < 0.6:
        noun = v.pick(_GENERAL)
    return _loosely(v, _labels(v, adjectives, noun, tails, common))


_AFTER_NOUN = ("with ", "without ", "containing ", "made ", "free of ", "composed of ", "whose ",
               "based on ", "consisting of ", "that ", "including ", "crystallizing ",
               "lacking ", "isostructural ", "in which ", "having ", "free from ", "devoid of ",
               "excluding ", "built ", "must ", "should ", "where ")  # fmt: skip


def frame_noun(v: Voice, noun: str) -> str:
    """Put a noun that can be counted where labels and answers have one."""
    if _COUNTABLE.search(noun) and v.dice() < 0.25:
        return v.pick(frames.PLURAL_FRAMES).format(f"{noun}s")
    return v.pick(frames.NOUN_FRAMES).format(n=noun, a=article(noun))


def frame_fragment(v: Voice, text: str) -> str:
    """Put a noun before what can only follow one."""
    if not text.startswith(_AFTER_NOUN):
        return text
    noun = v.pick(("material", "crystal", "solid", "structure"))
    return v.pick(("{} {}", "{} {}", "a {} {}", "the {} {}")).format(noun, text)


def frame_predicate(v: Voice, predicate: str) -> str:
    """Make a relative clause or a question of a predicate."""
    many = _in_plural(predicate) if v.dice() < 0.35 else ""
    if many:
        return v.pick(frames.PLURAL_CLAUSES).format(many)
    return v.pick(_true_of(v, frames.SINGULAR_CLAUSES)).format(predicate)


def frame_adjective(v: Voice, adjective: str) -> str:
    """Put a general noun behind an adjective, or before one that has its own: 'cubic iron'."""
    if v.claims[-1].kind in ("coordination", "polyhedron"):
        return v.pick(("{} with {}", "a {} with {}")).format(v.pick(_GENERAL[:2]), adjective)
    return v.pick(_true_of(v, frames.QUALITIES)).format(adjective, a=article(adjective))


def _true_of(v: Voice, frames: Sequence[str]) -> Sequence[str]:
    """Leave out the frames that call an element a compound."""
    if len(v.facts.elements) > 1:
        return frames
    return [frame for frame in frames if "compound" not in frame]


def _labels(
    v: Voice, adjectives: Sequence[str], noun: str, tails: Sequence[str], common: bool
) -> str:
    """Write a noun with what is said of it, as a phrase, a list or a request."""
    dice = v.dice()
    if dice < 0.2 and len(tails) + len(adjectives) > 1 - bool(noun):
        parts = [part for part in (noun, *adjectives, *tails) if part]
        if v.dice() < 0.4:
            shuffle(v, parts)
        text = v.pick(frames.LISTS).join(parts)
        return v.pick(frames.NOTES).format(text) if v.dice() < 0.15 else text
    if dice < 0.3 and noun and adjectives and len(tails) < 2:
        # 'oxide, cubic and metallic'
        return v.pick(frames.QUALIFIED).format(noun, join([*adjectives, *tails]))
    if not noun:
        return with_tails(v, " ".join(adjectives), tails)
    noun, many = _number_of(v, noun) if common else (noun, False)
    head = " ".join([*(x for x in adjectives if x not in noun.split()), noun])
    if tails and v.dice() < 0.08:
        return v.pick(frames.HEADED).format(n=head, t=with_tails(v, "", tails))
    if v.dice() < 0.2:
        if common:
            head = _request(v, head, many)
        elif not head.startswith(_NO_NOUN):
            head = v.pick(frames.OPENINGS) + head
    return with_tails(v, head, tails) + (v.pick(frames.ENDS) if v.dice() < 0.04 else "")


_NO_NOUN = ("used", "contains", "known", "noted", "with ", "that ")
"""beginnings of names that nothing can be asked of"""


def _request(v: Voice, head: str, many: bool) -> str:
    """Ask for what a head names."""
    plain, more = (
        (frames.MANY, frames.MORE_MANY) if many else (frames.REQUESTS, frames.MORE_REQUESTS)
    )
    # 'I' would look like iodine where formulas are hidden.
    return v.pick_words(more if v.dice() < 0.6 else plain).format(head if many else article(head))


def _number_of(v: Voice, noun: str) -> tuple[str, bool]:
    """Write a noun in the plural now and then; tell whether it is one."""
    if _MANY_ALREADY.search(noun):
        return noun, True
    if _COUNTABLE.search(noun) and v.dice() < 0.3:
        return f"{noun}s", True
    return noun, False


def _clauses(
    v: Voice, adjectives: Sequence[str], noun: str, clauses: Sequence[str], common: bool
) -> str:
    """Write 'oxides that are cubic', ask which are, or say what they must be."""
    noun, many = _number_of(v, noun or v.pick(_GENERAL[:4])) if common else (noun, False)
    if many and not all(map(_in_plural, clauses)):
        noun, many = _SINGULAR.sub(r"\1", noun, count=1), False
    if not common:
        # 'which form of form of titania'
        noun = _FORM_OF.sub("", noun)
    head = " ".join([*(x for x in adjectives if x not in noun.split()), noun])
    if common and not many and v.dice() < 0.12:
        return _sentences(v, _request(v, head, many), clauses)
    groups = frames.MANY_FRAMES if many else frames.ONE_FRAMES if common else frames.KNOWN_FRAMES
    owned, wanted = [_owned(text) for text in clauses], [_wanted(text) for text in clauses]
    left = {"{w}": all(owned), "{d}": not re.search(r"\b(?:be|not)\b", " ".join(wanted))}
    fits = [x for x in v.pick(groups) if all(so or field not in x for field, so in left.items())]
    frame = v.pick_words(fits)
    if v.dice() < 0.25:
        frame = frame[0].upper() + frame[1:]
    told = _and(v, [_in_plural(text) if many else text for text in clauses])
    return frame.format(
        n=head, a=article(head), t=told, b=_and(v, wanted), d=_and(v, wanted),
        w=_and(v, owned), r=_request(v, head, many) if "{r}" in frame else "",
    )  # fmt: skip


_FORM_OF = re.compile(r"^(?:(?:form|structure|crystal structure|crystal) of|formula|composition) ")


def _and(v: Voice, parts: Sequence[str]) -> str:
    """Join what is said of one thing."""
    return (
        parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}{v.pick(frames.ANDS)}{parts[-1]}"
    )


def _sentences(v: Voice, request: str, clauses: Sequence[str]) -> str:
    """Write a request, and what is wanted of it in sentences of their own."""
    parts = [request]
    for clause in clauses:
        told = _QUANTITY.match(re.sub("^has an? ", "", clause))
        if told and v.dice() < 0.6:
            parts.append(v.pick_words(frames.AMOUNTS).format(q=told[1], x=told[2]))
        else:
            parts.append(v.pick_words(frames.NEEDS).format(t=clause, b=_wanted(clause)))
    if v.dice() < 0.3:
        return "; ".join(parts)
    end = "?" if request.startswith(_QUESTIONS) else "."
    told = "".join(f" {part[0].upper()}{part[1:]}." for part in parts[1:])
    return f"{request[0].upper()}{request[1:]}{end}{told}"


_QUESTIONS = ("is there", "do you", "can ", "could ", "what ")
_WITH = (("has ", "with "), ("contains ", "containing "), ("is free of ", "free of "),
         ("is based on ", "based on "), ("lacks ", "lacking "))  # fmt: skip


def _owned(predicate: str) -> str:
    """Write 'has a gap' as 'with a gap', or '' where that cannot be."""
    return next((word + predicate[len(verb) :] for verb, word in _WITH
                 if predicate.startswith(verb)), "")  # fmt: skip


def _wanted(predicate: str) -> str:
    """Write 'is cubic' as what follows 'must': 'be cubic'."""
    verb, _, rest = predicate.partition(" ")
    if verb.endswith("ly"):
        return f"{verb} {_wanted(rest)}"
    if verb == "is":
        return f"not be {rest[4:]}" if rest.startswith("not ") else f"be {rest}"
    return rest if verb == "does" else f"{_PLURALS.get(verb, verb[:-1])} {rest}".rstrip()


_PLURALS = {"is": "are", "has": "have", "does": "do", "carries": "carry", "mixes": "mix"}


def _in_plural(predicate: str) -> str:
    """Put 'has a gap' into the plural, or return '' where more than its verb would change."""
    verb, _, rest = predicate.partition(" ")
    single = verb == "is" and rest.startswith(("a ", "an ", "one ", "the "))
    if single or not verb.endswith("s") or re.search(r"\bits\b", rest):
        return ""
    return f"{_PLURALS.get(verb, verb[:-1])} {rest}".rstrip()


def named(v: Voice) -> str:
    """Ask for a crystal by its own words: a name, mineral or use, now and then with a fact."""
    names = list(NAMES)
    shuffle(v, names)
    kind, told = next(((x, text) for x in names if (text := say(v, x, "fragment"))), (None, ""))
    if not kind:
        return as_typed(v, 1 + int(v.dice() * 3))
    text = told
    if v.dice() < 0.4 and not told.startswith((*_NO_NOUN, "material")):
        asking = frames.ASKING_USE if told in v.facts.uses else frames.ASKING
        text = v.pick(asking).format(told)
    more = draw(v, TAILS, "fragment", 1, {kind}) if v.dice() < 0.4 else []
    return with_tails(v, text, more)


def with_tails(v: Voice, head: str, tails: Sequence[str]) -> str:
    """Put what follows behind a head, each with what joins it."""
    text = head
    for i, tail in enumerate(tails):
        if not text:
            text = tail
        elif tail.startswith("only ") or (i and _LACK.match(tails[i - 1])):
            # 'no lead three-dimensional network' could be read as one thing.
            text += f", {tail}"
        elif tail.startswith(_JOINED):
            text += f" {tail}"
        elif (told := _QUANTITY.match(tail)) and v.dice() < 0.12:
            text += f" whose {told[1]} is {told[2]}"
        elif tail.startswith(_NUMBERED) and _NUMBER_BEFORE.search(text):
            # '5 g/cm3 shear modulus 80 GPa' could be read either way.
            text += f", {tail}"
        else:
            links = _OWNED_LINKS if _OWNED.search(tail) else _LINKS
            text += v.pick(links + _LATER_LINKS if i else links) + tail
    return text


_LACK = re.compile(
    r"(?:no|not|without|neither|free|excluding|lacking|devoid|none|with (?:no|neither)|"
    r"(?:that )?(?:contains|has|does|must|should|containing|having) (?:no|not|neither)|"
    r"in which (?:there is no|neither))\b"
)
_LINKS = (" ", ", ", ", ", " ", ", ", ", ")
_OWNED_LINKS = (" ", ", ", " with ", " ", ", ", " with ", " having ", ", with ")
_LATER_LINKS = (", and ", " plus ", "; ", ", also ")
_CAPITALS = re.compile(
    r"\b(?:GPa|eV|Poisson|Fermi|SG|FCC|BCC|Pearson|Laves|Heusler|Bravais|Hermann-Mauguin|"
    r"Strukturbericht|International|Tables|I(?=(?: am| need| want| would|'d)\b))\b"
)
_SPACED_UNIT = re.compile(r"(?<=\d) (?=eV\b|GPa\b)")


def _loosely(v: Voice, text: str) -> str:
    """Write a query carelessly now and then; the capitals of formulas stay."""
    dice = v.dice()
    if dice < 0.08:
        return _CAPITALS.sub(lambda m: m[0].lower(), text)
    return _SPACED_UNIT.sub("", text) if dice < 0.13 else text
