"""How statements become a query: what people type into a search box, from labels to questions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clac.data.grammar import say_composition as composition
from clac.data.grammar import say_elements as elements
from clac.data.grammar.drawing import draw, say, shuffle
from clac.data.grammar.number_words import NUMBERS, VOLUME
from clac.data.grammar.voice import Voice, article, join
from clac.data.grammar.weights import ADJECTIVES, CLAUSES, NAMES, NOUNS, TAILS, Statement

_OPENINGS = ("find ", "looking for ", "search for ", "show me ", "any ", "examples of ")
_REQUESTS = (
    "I need {}", "looking for {}", "find {}", "search for {}", "show me {}", "I want {}",
    "give me {}", "find me {}", "we are looking for {}", "suggest {}", "example of {}",
)  # fmt: skip
_MANY = (
    "find {}", "looking for {}", "show me {}", "all {}", "list {}", "examples of {}", "list of {}",
    "search for {}", "give me {}", "I am looking for {}", "find all {}",
)  # fmt: skip
_ASKING = (
    "what is {}", "which crystal is {}", "{} crystal", "crystal for {}", "{} material",
    "material used as {}", "find {}", "something for {}", "{}?", "what is used for {}?",
)  # fmt: skip
_JOINED = (
    "with", "no ", "made", "containing", "contains", "used", "material", "of ", "free of",
    "isostructural", "same", "based on", "that", "in ", "lacking", "composed", "whose", "including",
    "crystallizing", "not ", "neither", "compound of", "has ",
)  # fmt: skip
"""beginnings of fragments that need no comma"""
_OWNED = re.compile(
    r"^(?!.*\b(?:is|lies|falls|exceeds|equals|does not|stays|goes|comes to|amounts to)\b).*"
    r"(?<![\w-])(?:gap|modulus|constant|index|permittivity|energy|density|ratio|structure|lattice|"
    r"cell|symmetry|group|groups|sites|coordination|octahedra|tetrahedra|prisms|pyramids|layers|sheets|"
    r"chains|framework|network|neighbou?rs|ions|anions|cations|response|cubes|squares)\b"
)
"""a crystal comes with such things"""
_LABELS = tuple(
    label for spec in (*NUMBERS.values(), VOLUME) for label in (*spec.labels, *spec.more)
)
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
_SINGULAR = re.compile(r"(ide|ate|intermetallic|material|\w)s\b")
_GENERAL = ("crystal", "material", "compound", "structure", "materials", "phase", "solid")


def as_typed(v: Voice, n_facts: int) -> str:
    """Write adjectives, a noun and what follows it, n facts in all."""
    taken: set[Statement] = set()
    noun = say(v, v.pick(NAMES), "fragment") if v.dice() < 0.55 else ""
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
    n_left -= len(adjectives)
    if common and n_left and v.dice() < 0.25:
        clauses = draw(v, CLAUSES, "predicate", min(n_left, 2), taken)
        if clauses:
            return _loosely(v, _clauses(v, adjectives, noun, clauses))
    tails = draw(v, TAILS, "fragment", n_left, taken)
    if not noun and tails and v.dice() < 0.6:
        noun = v.pick(_GENERAL)
    return _loosely(v, _labels(v, adjectives, noun, tails, common))


_NOUN_FRAMES = (
    "a crystal structure of {a}", "the structure of {a}", "this is {a}", "class: {n}", "type: {n}",
    "category: {n}", "category {n}", "an example of {a}", "crystal structure of {a}", "{a}", "{a}",
    "this crystal is {a}", "kind of material: {n}", "classified as {a}", "This is {a}.",
    "it is {a}", "a solid that is {a}", "the crystal structure of some {n}", "class {n}",
    "label: {n}", "a material classified as {a}", "the unit cell of {a}", "{n}?", "is it {a}?",
    "material of the class: {n}", "I would call it {a}", "it counts as {a}", "what is this? {a}",
)  # fmt: skip
"""what stands around a noun, bare (n) or with its article (a)"""
_PLURAL_FRAMES = (
    "{}", "{}", "one of the {}", "belongs to the {}", "from the class of {}", "category of {}",
    "among the {}", "material belonging to the {}", "it belongs to the class of {}", "group: {}",
    "crystal from the family of {}",
)  # fmt: skip
_SINGULAR_CLAUSES = (
    "a material that {}", "a solid that {}", "one that {}", "a crystal which {}", "this one {}",
    "a compound that {}", "something that {}", "a crystal structure that {}", "a phase that {}",
    "the kind of crystal that {}", "any material that {}", "which crystal {}?", "what {}?",
    "the structure of a material that {}", "a crystal, and it {}", "it {}", "a substance that {}",
    "This crystal structure {}.", "The solid {}.", "This is a material that {}.",
)  # fmt: skip
_PLURAL_CLAUSES = (
    "crystals that {}", "crystals which {}", "materials that {}", "solids which {}",
    "which materials {}?", "those that {}", "substances which {}", "structures that {}",
)  # fmt: skip
_QUALITIES = (
    "{} material", "{} crystal", "{a} material", "{a} crystal", "{} solid", "{a} compound",
    "{} compounds", "{} materials", "the structure of {a} material",
    "{} crystals", "class: {}", "category: {} material", "an example of {a} solid",
)  # fmt: skip
_AFTER_NOUN = ("with ", "without ", "containing ", "made ", "free of ", "composed of ", "whose ",
               "based on ", "consisting of ", "that ", "including ", "crystallizing ",
               "lacking ", "isostructural ", "in which ")  # fmt: skip


def frame_noun(v: Voice, noun: str) -> str:
    """Put a noun that can be counted where labels and answers have one."""
    if _COUNTABLE.search(noun) and v.dice() < 0.25:
        return v.pick(_PLURAL_FRAMES).format(f"{noun}s")
    return v.pick(_NOUN_FRAMES).format(n=noun, a=article(noun))


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
        return v.pick(_PLURAL_CLAUSES).format(many)
    return v.pick(_true_of(v, _SINGULAR_CLAUSES)).format(predicate)


def frame_adjective(v: Voice, adjective: str) -> str:
    """Put a general noun behind an adjective."""
    return v.pick(_true_of(v, _QUALITIES)).format(adjective, a=article(adjective))


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
    if dice < 0.15 and len(tails) + len(adjectives) > 1 - bool(noun):
        parts = [part for part in (noun, *adjectives, *tails) if part]
        if v.dice() < 0.4:
            shuffle(v, parts)
        return v.pick((", ", ", ", "; ", " / ")).join(parts)
    if dice < 0.25 and noun and adjectives and len(tails) < 2:
        # 'oxide, cubic and metallic'
        return v.pick(("{}, {}", "{}: {}")).format(noun, join([*adjectives, *tails]))
    if not noun:
        return with_tails(v, " ".join(adjectives), tails)
    noun, many = _number_of(v, noun) if common else (noun, False)
    head = " ".join([*(x for x in adjectives if x not in noun.split()), noun])
    if v.dice() < 0.12:
        if not common:
            head = v.pick(_OPENINGS) + head
        else:
            head = v.pick(_MANY).format(head) if many else v.pick(_REQUESTS).format(article(head))
    return with_tails(v, head, tails)


def _number_of(v: Voice, noun: str) -> tuple[str, bool]:
    """Write a noun in the plural now and then; tell whether it is one."""
    if _MANY_ALREADY.search(noun):
        return noun, True
    if _COUNTABLE.search(noun) and v.dice() < 0.3:
        return f"{noun}s", True
    return noun, False


def _clauses(v: Voice, adjectives: Sequence[str], noun: str, clauses: Sequence[str]) -> str:
    """Write 'oxides that are cubic', or ask which are."""
    noun, many = _number_of(v, noun or v.pick(_GENERAL[:4]))
    if many and not all(map(_in_plural, clauses)):
        noun, many = _SINGULAR.sub(r"\1", noun, count=1), False
    told = " and ".join(_in_plural(text) if many else text for text in clauses)
    head = " ".join([*(x for x in adjectives if x not in noun.split()), noun])
    dice = v.dice()
    if dice < 0.25:
        return f"{v.pick(('which', 'which', 'what'))} {head} {told}{v.pick(('?', '?', ''))}"
    link = v.pick(("that", "that", "which"))
    if dice < 0.4:
        asked = v.pick(_MANY).format(head) if many else v.pick(_REQUESTS).format(article(head))
        return f"{asked} {link} {told}"
    if dice < 0.47:
        return f"{f'are there {head}' if many else f'is there {article(head)}'} {link} {told}?"
    return f"{head} {link} {told}"


_PLURALS = {"is": "are", "has": "have", "does": "do"}


def _in_plural(predicate: str) -> str:
    """Put 'has a gap' into the plural, or return '' where more than its verb would change."""
    verb, _, rest = predicate.partition(" ")
    if not verb.endswith("s") or re.search(r"\bits\b", rest):
        return ""
    if verb == "is" and rest.startswith(("a ", "an ", "one ", "the ")):
        return ""
    return f"{_PLURALS.get(verb, verb[:-1])} {rest}".rstrip()


def named(v: Voice) -> str:
    """Ask for a crystal by its own words: a name, mineral or use, now and then with a fact."""
    names = list(NAMES)
    shuffle(v, names)
    told = next((text for statement in names if (text := say(v, statement, "fragment"))), "")
    if not told:
        return as_typed(v, 1 + int(v.dice() * 3))
    text = v.pick(_ASKING).format(told) if v.dice() < 0.4 else told
    more = draw(v, TAILS, "fragment", 1, set()) if v.dice() < 0.4 else []
    return with_tails(v, text, more)


def with_tails(v: Voice, head: str, tails: Sequence[str]) -> str:
    """Put what follows behind a head, each with what joins it."""
    text = head
    for tail in tails:
        if not text:
            text = tail
        elif tail.startswith(_JOINED):
            text += f" {tail}"
        elif (told := _QUANTITY.match(tail)) and v.dice() < 0.12:
            text += f" whose {told[1]} is {told[2]}"
        elif tail.startswith(_LABELS) and _NUMBER_BEFORE.search(text):
            # '5 g/cm3 shear modulus 80 GPa' could be read either way.
            text += f", {tail}"
        else:
            links = (" ", ", ", " with ", " ") if _OWNED.search(tail) else (" ", ", ", ", ")
            text += v.pick(links) + tail
    return text


_CAPITALS = re.compile(r"\b(?:GPa|eV|Poisson|Fermi|SG|FCC|BCC)\b")
_SPACED_UNIT = re.compile(r"(?<=\d) (?=eV\b|GPa\b)")


def _loosely(v: Voice, text: str) -> str:
    """Write a query carelessly now and then; the capitals of formulas stay."""
    dice = v.dice()
    if dice < 0.05:
        return _CAPITALS.sub(lambda m: m[0].lower(), text)
    return _SPACED_UNIT.sub("", text) if dice < 0.1 else text
