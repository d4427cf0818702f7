"""How statements become a query: what people type into a search box, from labels to questions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clac.data.grammar import say_composition as composition
from clac.data.grammar import say_elements as elements
from clac.data.grammar.drawing import draw, say, shuffle
from clac.data.grammar.quantity_words import NUMBERS
from clac.data.grammar.voice import Voice, article, join
from clac.data.grammar.weights import ADJECTIVES, CLAUSES, NAMES, NOUNS, TAILS, Statement

_OPENINGS = (
    "find ", "looking for ", "search for ", "show me ", "any ", "examples of ", "search: ",
    "searching for ", "data on ", "tell me about ", "what about ", "need ", "could you find ",
)  # fmt: skip
_REQUESTS = (
    "I need {}", "looking for {}", "find {}", "search for {}", "show me {}", "I want {}",
    "give me {}", "find me {}", "we are looking for {}", "suggest {}", "example of {}",
)  # fmt: skip
_MORE_REQUESTS = (
    "I am after {}", "I'd like {}", "I would like {}", "I am looking for {}", "could you find {}",
    "can you find me {}", "please find {}", "searching for {}", "we need {}", "trying to find {}",
    "need {}", "wanted: {}", "I am trying to find {}", "help me find {}", "please suggest {}",
    "can you recommend {}", "do you have {}", "do you know {}", "is there {}", "what about {}",
    "I am interested in {}", "for a project I need {}", "for testing, {}", "name {}",
    "for a calculation I need {}", "for an experiment we want {}", "it should be {}",
)  # fmt: skip
"""around a noun with its article"""
_MANY = (
    "find {}", "looking for {}", "show me {}", "all {}", "list {}", "examples of {}", "list of {}",
    "search for {}", "give me {}", "I am looking for {}", "find all {}",
)  # fmt: skip
_MORE_MANY = (
    "I am after {}", "I'd like {}", "I would like to see {}", "could you find {}", "any {}",
    "can you find me {}", "please list {}", "searching for {}", "we need {}", "trying to find {}",
    "need {}", "wanted: {}", "I want to see all {}", "help me find {}", "please suggest {}",
    "can you recommend {}", "do you have {}", "do you know {}", "are there {}", "what about {}",
    "which {} are there", "I am interested in {}", "for a project I need {}", "name some {}",
    "for a screening, {}", "for my thesis I need {}", "some {}", "only {}", "filter for {}",
    "for an experiment we want {}", "what {} do we have", "what are some {}", "known {}",
)  # fmt: skip
"""around a noun in the plural"""
_RELATIVES = ("{n} that {t}", "{n} that {t}", "{n} which {t}")
_ONE_FRAMES: tuple[tuple[str, ...], ...] = (
    _RELATIVES,
    ("{r} that {t}", "{r} that {t}", "{r} which {t}", "{r} {w}", "{r} that should {b}",
     "{r}; it {t}", "{r}, it has to {b}", "{r}, and it must {b}", "{r} which must {b}"),
    ("which {n} {t}?", "which {n} {t}", "what {n} {t}?", "is there {a} that {t}?",
     "is there any {n} that {t}?", "does any {n} {d}?", "do you know {a} that {t}?",
     "is {a} known that {t}?", "can you name {a} that {t}?", "has anyone found {a} that {t}?",
     "what is {a} that {t}?", "which {n} do you have that {t}?", "do we have {a} {w}?",
     "is there {a} {w}?", "where can I find {a} that {t}?", "does {a} exist that {t}?"),
    ("must {b}: {n}", "should {b}; {n}", "it must {b}, {a}", "{w}, {a}", "{w}: {n}", "{w}, {n}",
     "of everything that {t}, {a}", "has to {b} - {n}", "something that {t}, namely {a}"),
    ("{n}, must {b}", "{n}, should {b}", "{n} - it should {b}", "{n} (must {b})", "{n}; it {t}",
     "{n}, {t}", "{n}: {t}", "{n} (it {t})", "{n} {w}", "{n}, {w}", "{n}, preferably that {t}"),
    ("{a} that {t}", "the {n} that {t}", "any {n} that {t}", "{a}, which {t}", "{a} that must {b}",
     "any {n}, provided that it {t}", "{a}, as long as it {t}", "{a}, but it must {b}"),
)  # fmt: skip
"""kinds of queries: n noun, a with article, r request, t what it does, b what it must, w with"""
_MANY_FRAMES: tuple[tuple[str, ...], ...] = (
    _RELATIVES,
    ("{r} that {t}", "{r} that {t}", "{r} which {t}", "{r} {w}", "{r} that should {b}",
     "{r}; they {t}", "{r}, they have to {b}", "{r}, and they must {b}", "{r} which must {b}"),
    ("which {n} {t}?", "which {n} {t}", "what {n} {t}?", "are there {n} that {t}?",
     "are there any {n} that {t}?", "do any {n} {d}?", "do you know {n} that {t}?",
     "are {n} known that {t}?", "can you name {n} that {t}?", "has anyone found {n} that {t}?",
     "which of the {n} {t}?", "which {n} do you have that {t}?", "do we have {n} {w}?",
     "are there {n} {w}?", "where can I find {n} that {t}?", "any {n} out there that {t}?"),
    ("must {b}: {n}", "should {b}; {n}", "they must {b}, {n}", "{w}, {n}", "{w}: {n}", "{w} - {n}",
     "of all that {t}, the {n}", "have to {b} - {n}", "among those that {t}, only {n}"),
    ("{n}, must {b}", "{n}, should {b}", "{n} - they should {b}", "{n} (must {b})", "{n}; they {t}",
     "{n}, have to {b}", "{n} (those that {t})", "{n} {w}", "{n}, {w}", "{n}, only ones that {t}"),
    ("the {n} that {t}", "only {n} that {t}", "{n}, which {t}", "{n} that must {b}",
     "{n}, provided that they {t}", "{n}, as long as they {t}", "{n}, but they must {b}"),
)  # fmt: skip
"""the same in the plural"""
_KNOWN_FRAMES: tuple[tuple[str, ...], ...] = (
    _RELATIVES,
    ("{n} {w}", "{n}, {w}", "{n}, must {b}", "{n}, should {b}", "{n} (must {b})", "{n}; it {t}",
     "{n}, {t}", "{n}: {t}", "{n} - it should {b}", "{n}, but it has to {b}", "{n} (it {t})"),
    ("which form of {n} {t}?", "which phase of {n} {t}?", "is there {n} that {t}?",
     "which {n} {t}?", "what form of {n} {t}?", "does any {n} {d}?", "is there {n} {w}?",
     "do you know a phase of {n} that {t}?", "is a form of {n} known that {t}?"),
    ("the phase of {n} that {t}", "the form of {n} that {t}", "a phase of {n} that {t}",
     "a polymorph of {n} that {t}", "the polymorph of {n} {w}", "find the {n} that {t}",
     "show me the form of {n} that {t}", "I need {n} that {t}", "{w}: {n}", "must {b}: {n}"),
)  # fmt: skip
"""around what names its elements"""
_NEEDS = (
    "it {t}", "it should {b}", "it must {b}", "it has to {b}", "it needs to {b}", "it ought to {b}",
    "I want it to {b}", "it should also {b}", "important: it must {b}", "preferably it should {b}",
)  # fmt: skip
"""what a second sentence asks for"""
_AMOUNTS = ("its {q} should be {x}", "its {q} is {x}", "its {q} must be {x}", "the {q} is {x}")
_ANDS = (" and ", " and ", " and ", " and ", ", and ", " and also ", " but also ", ", ", " but ")
_LISTS = (", ", ", ", ", ", ", ", ", ", "; ", "; ", " / ", " + ", " | ", " & ")
_NOTES = ("keywords: {}", "criteria: {}", "search: {}", "wanted: {}", "filter: {}", "query: {}")
_QUALIFIED = ("{}, {}", "{}: {}", "{}, {}", "{}: {}", "{} - {}", "{} ({})", "{}; {}", "{} | {}")
_HEADED = ("{t}, {n}", "{t}: {n}", "{t} - {n}", "{t}; {n}", "{t} / {n}", "{t} | {n}")
_ENDS = (", please", " please", " wanted", "?", ", any suggestions?", " needed", "!", "...")
_ASKING = (
    "what is {}", "which crystal is {}", "{} crystal", "crystal for {}", "{} material",
    "material used as {}", "find {}", "something for {}", "{}?", "what is used for {}?",
)  # fmt: skip
_JOINED = (
    "with", "no ", "made", "containing", "contains", "used", "material", "of ", "free of",
    "isostructural", "same", "based on", "that", "in ", "lacking", "composed", "whose", "including",
    "crystallizing", "not ", "neither", "compound of", "has ", "having ", "free from", "devoid of",
    "excluding ", "consisting ", "built ", "must ", "should ", "where ", "lacks ", "belonging",
)  # fmt: skip
"""beginnings of fragments that need no comma"""
_OWNED = re.compile(
    r"\b(?:gap|modulus|constant|index|permittivity|energy|density|ratio|structure|lattice|cell|"
    r"symmetry|group|groups|sites|coordination|octahedra|tetrahedra|prisms|pyramids|layers|sheets|"
    r"chains|framework|network|neighbou?rs|ions|anions|cations|response|cubes|squares)\b"
)
"""a crystal comes with such things"""
_LABELS = tuple(label for spec in NUMBERS.values() for label in (*spec.labels, *spec.more))
_NUMBER_BEFORE = re.compile(r"\d.{0,16}$")
_QUANTITY = re.compile(
    "(" + "|".join(sorted(_LABELS, key=len, reverse=True)) + r")(?: of)? (?!structure|= )([^=]+)$"
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
    if n_left and not own and v.dice() < 0.42:
        clauses = draw(v, CLAUSES, "predicate", n_left, taken)
        if clauses:
            return _loosely(v, _clauses(v, adjectives, noun, clauses, common))
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
               "lacking ", "isostructural ", "in which ", "having ", "free from ", "devoid of ",
               "excluding ", "built ", "must ", "should ", "where ")  # fmt: skip


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
    if dice < 0.2 and len(tails) + len(adjectives) > 1 - bool(noun):
        parts = [part for part in (noun, *adjectives, *tails) if part]
        if v.dice() < 0.4:
            shuffle(v, parts)
        text = v.pick(_LISTS).join(parts)
        return v.pick(_NOTES).format(text) if v.dice() < 0.15 else text
    if dice < 0.3 and noun and adjectives and len(tails) < 2:
        # 'oxide, cubic and metallic'
        return v.pick(_QUALIFIED).format(noun, join([*adjectives, *tails]))
    if not noun:
        return with_tails(v, " ".join(adjectives), tails)
    noun, many = _number_of(v, noun) if common else (noun, False)
    head = " ".join([*(x for x in adjectives if x not in noun.split()), noun])
    if tails and v.dice() < 0.08:
        return v.pick(_HEADED).format(n=head, t=with_tails(v, "", tails))
    if v.dice() < 0.2:
        if common:
            head = _request(v, head, many)
        elif not head.startswith("used"):
            head = v.pick(_OPENINGS) + head
    return with_tails(v, head, tails) + (v.pick(_ENDS) if v.dice() < 0.04 else "")


def _request(v: Voice, head: str, many: bool) -> str:
    """Ask for what a head names."""
    plain, more = (_MANY, _MORE_MANY) if many else (_REQUESTS, _MORE_REQUESTS)
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
    head = " ".join([*(x for x in adjectives if x not in noun.split()), noun])
    if common and not many and v.dice() < 0.12:
        return _sentences(v, _request(v, head, many), clauses)
    groups = _MANY_FRAMES if many else _ONE_FRAMES if common else _KNOWN_FRAMES
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


def _and(v: Voice, parts: Sequence[str]) -> str:
    """Join what is said of one thing."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}{v.pick(_ANDS)}{parts[-1]}"


def _sentences(v: Voice, request: str, clauses: Sequence[str]) -> str:
    """Write a request, and what is wanted of it in sentences of their own."""
    parts = [request]
    for clause in clauses:
        told = _QUANTITY.match(re.sub("^has an? ", "", clause))
        if told and v.dice() < 0.6:
            parts.append(v.pick_words(_AMOUNTS).format(q=told[1], x=told[2]))
        else:
            parts.append(v.pick_words(_NEEDS).format(t=clause, b=_wanted(clause)))
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


_PLURALS = {"is": "are", "has": "have", "does": "do", "carries": "carry"}


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
    told = next((text for statement in names if (text := say(v, statement, "fragment"))), "")
    if not told:
        return as_typed(v, 1 + int(v.dice() * 3))
    text = v.pick(_ASKING).format(told) if v.dice() < 0.4 else told
    more = draw(v, TAILS, "fragment", 1, set()) if v.dice() < 0.4 else []
    return with_tails(v, text, more)


def with_tails(v: Voice, head: str, tails: Sequence[str]) -> str:
    """Put what follows behind a head, each with what joins it."""
    text = head
    for i, tail in enumerate(tails):
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
            links = _OWNED_LINKS if _OWNED.search(tail) else _LINKS
            text += v.pick(links + _LATER_LINKS if i else links) + tail
    return text


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
