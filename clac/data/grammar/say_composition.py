"""What can be said of the compound as a whole, and of its names.

Every statement returns "" where its fact is unknown, hidden or has no such form.
"""

from __future__ import annotations

from collections.abc import Sequence

from clac.data.chemistry import ANION_NOUNS, FAMILIES, MIXED_ANIONS, OXYANION_CENTRES, is_metal
from clac.data.elements import ELEMENT_NAMES, OTHER_SPELLINGS
from clac.data.facts import Facts
from clac.data.grammar.voice import Form, T, Voice, article, join

ARITY: tuple[str, ...] = ("", "elemental", "binary", "ternary", "quaternary", "quinary")
_COUNTED: tuple[str, ...] = ("", "one", "two", "three", "four", "five")
_PREFIXES = {2: "di", 3: "tri", 4: "tetra"}


def vary(v: Voice, plain: Sequence[T], others: Sequence[T], chance: float = 0.5) -> T:
    """Draw a plain wording, or with a chance one of the others."""
    return v.pick(others if others and v.dice() < chance else plain)


def element(v: Voice, symbol: str) -> str:
    """Name an element in one of its spellings."""
    name = ELEMENT_NAMES[symbol]
    return OTHER_SPELLINGS[name] if name in OTHER_SPELLINGS and v.dice() < 0.4 else name


def plain_formula(facts: Facts) -> str:
    """Write the formula without brackets."""
    return "".join(
        f"{s}{n if n > 1 else ''}" for s, n in zip(facts.elements, facts.amounts, strict=True)
    )


def formula(v: Voice, form: Form) -> str:
    """Say the formula."""
    if not v.formulas or form == "adjective":
        return ""
    v.claim("formula", v.facts.formula)
    dice = v.dice()
    text = v.facts.formula if dice < 0.75 else plain_formula(v.facts)
    if form == "predicate":
        return v.pick(("has the formula {}", "has the composition {}", "is {}")).format(text)
    return v.pick(("{}", "{}", "{}", "formula {}", "composition {}")).format(text)


def compound_name(v: Voice) -> str:
    """Name the compound in words ('lithium cobalt oxide'), or ''."""
    f = v.facts
    if not v.elements or not f.classes or len(f.elements) > 6:
        return ""
    for group, members in (("hydroxide", "OH"), ("peroxide", "O")):
        if group in f.classes:
            return " ".join([*(element(v, s) for s in f.elements if s not in members), group])
    centres = {OXYANION_CENTRES[c]: c for c in f.classes if c in OXYANION_CENTRES}
    others = second_anions(f)
    front, back = [], list(centres.values())
    for symbol in f.elements:
        if symbol in centres or (symbol == "O" and centres):
            continue
        if symbol == f.anion or symbol in others:
            back.append(_ide(v, symbol))
        else:
            front.append(element(v, symbol))
    return " ".join(front + back)


def second_anions(f: Facts) -> frozenset[str]:
    """Return the elements beside the anion that are surely anions too."""
    if "O" in f.elements:
        return frozenset(
            s for s in f.elements if s in MIXED_ANIONS and MIXED_ANIONS[s] in f.classes
        ) | ({"O"} if f.classes[:1] and f.classes[0] in MIXED_ANIONS.values() else set())
    halogens = FAMILIES["halogen"]
    return halogens.intersection(f.elements) if f.anion in halogens else frozenset()


def _ide(v: Voice, symbol: str) -> str:
    noun, f = ANION_NOUNS[symbol][0], v.facts
    if len(f.elements) == 2 and f.amounts[0] == 1 and f.amounts[1] in _PREFIXES and v.dice() < 0.4:
        prefix = _PREFIXES[f.amounts[1]]
        return prefix.rstrip("a") + noun if noun == "oxide" else prefix + noun
    return noun.replace("sulf", "sulph") if v.dice() < 0.1 else noun


def name(v: Voice, form: Form) -> str:
    """Say the compound's name in element words."""
    words = compound_name(v)
    if not words or form == "adjective":
        return ""
    v.claim("system", "-".join(sorted(v.facts.elements)))
    for word in v.facts.classes:
        if word in OXYANION_CENTRES or word in ("hydroxide", "peroxide"):
            v.claim("class", word)
    return f"is {words}" if form == "predicate" else words


def elements(v: Voice, form: Form) -> str:
    """List the elements."""
    f = v.facts
    if not v.elements or form == "adjective" or len(f.elements) > 7:
        return ""
    v.claim("system", "-".join(sorted(f.elements)))
    if v.formulas and len(f.elements) > 1 and v.dice() < 0.15:
        system = "-".join(sorted(f.elements) if v.dice() < 0.5 else f.elements)
        return f"belongs to the {system} system" if form == "predicate" else f"{system} system"
    symbols = v.formulas and v.dice() < 0.15
    names = list(f.elements) if symbols else [element(v, symbol) for symbol in f.elements]
    text = join(names)
    if form == "predicate":
        if len(names) == 1:
            return f"{v.pick(('is made of', 'consists of', 'contains only'))} {text}"
        return vary(v, ("is made of {}", "consists of {}"),
                    ("is composed of {}", "is made up of {}", "comprises {}",
                     "is made only of {}", "is a compound of {}", "contains only {}"),
                    0.3).format(text)  # fmt: skip
    if len(names) == 1:
        return f"{v.pick(('made of', 'made only of', 'consisting of'))} {text}"
    return vary(v, ("made of {}", "elements {}"),
                ("composed of {}", "made up of {}", "made from {}", "built from {}",
                 "made only of {}", "compound of {}", "containing only {}", "only {}"),
                0.4).format(text)  # fmt: skip


def class_noun(v: Voice) -> str:
    """Name the class of the compound, perhaps with arity or a family before it, or ''."""
    f = v.facts
    if not v.elements or not f.classes:
        return ""
    word = f.classes[0] if v.dice() < 0.6 else v.pick(f.classes)
    v.claim("class", word)
    if word == "element":
        metal = ("elemental metal", "pure metal") if is_metal(f.elements[0]) else ()
        text = vary(v, ("elemental crystal", "pure element", *metal[:1]), _ELEMENTAL + metal[1:])
        if text in metal:
            v.claim("family", "metal")
        return text
    word = _class_word(v, word)
    dice = v.dice()
    metals = [x for x in f.families if x.endswith(("metal", "earth", "lanthanide", "actinide"))]
    # 'transition-metal metal oxide' would say it twice.
    if dice < 0.3 and metals and not word.startswith("metal "):
        metal = v.pick(metals)
        v.claim("family", metal)
        return f"{hyphened(v, metal)} {word}"
    arity = ARITY[len(f.elements)] if len(f.elements) < len(ARITY) else ""
    if not arity or dice >= 0.6:
        return word
    v.claim("arity", low=len(f.elements), high=len(f.elements))
    return f"{arity} {word}"


_ELEMENTAL = ("elemental solid", "crystal of one element", "solid made of a single element",
              "single-element crystal", "elemental phase", "crystal of a pure element",
              "element in its crystalline form", "solid of one element")  # fmt: skip
_INTERMETALLIC = ("intermetallic phase", "alloy", "alloy phase", "compound of metals only",
                  "phase made only of metals", "alloy without nonmetals", "all-metal compound",
                  "compound made purely of metals", "metal-metal compound")  # fmt: skip
_OF_CLASS = ("{} compound", "{} compound", "{} material", "{} phase", "{} crystal", "{} solid",
             "{}-type compound", "compound of the {} class", "member of the {} family",
             "{}-class material", "compound of the {} type", "material of the {} kind")  # fmt: skip
_SALTS = ("carbonate", "nitrate", "sulfate", "phosphate")


def _class_word(v: Voice, word: str) -> str:
    """Write a class as a noun that can be counted."""
    if word == "intermetallic":
        return vary(v, ("intermetallic", "intermetallic compound", "intermetallic",
                        "ordered alloy"), _INTERMETALLIC, 0.4)  # fmt: skip
    dice = v.dice()
    if dice < 0.1 and "sulf" in word:
        word = word.replace("sulf", "sulph")
    if dice > 0.95 and word in _SALTS:
        return f"{word} salt"
    if 0.85 < dice < 0.93 and word not in OXYANION_CENTRES and any(map(is_metal, v.facts.elements)):
        v.claim("family", "metal")
        return f"metal {word}"
    return v.pick(_OF_CLASS).format(word) if 0.1 < dice < 0.45 else word


def compound_class(v: Voice, form: Form) -> str:
    """Say the class of the compound."""
    word = class_noun(v)
    if not word or form == "adjective":
        return ""
    return f"is {article(word)}" if form == "predicate" else word


def hyphened(v: Voice, family: str) -> str:
    """Write a family before a noun, its words joined or not."""
    return family.replace(" ", "-") if v.dice() < 0.5 else family


def family(v: Voice, form: Form) -> str:
    """Name an element family that occurs."""
    if not v.elements or not v.facts.families:
        return ""
    word = v.pick(v.facts.families)
    v.claim("family", word)
    ends = ("containing", "bearing", "based")
    if form == "adjective":
        return f"{word.replace(' ', '-')}-{v.pick(ends)}"
    dice = v.dice()
    if form == "fragment" and dice < 0.2:
        return v.pick((f"{hyphened(v, word)}-{v.pick(ends)}", f"{hyphened(v, word)} compound",
                       f"compound of {article(word)}"))  # fmt: skip
    if word == "rare earth":
        word = "rare earth element"
    if form == "predicate":
        return vary(v, ("contains {}",), ("has {} in it", "includes {}", "is a compound of {}")
                    if len(v.facts.elements) > 1 else ("has {} in it", "includes {}"),
                    0.4).format(article(word))  # fmt: skip
    return vary(v, ("with {}", "containing {}"),
                ("with {} in it", "that contains {}", "including {}"),
                0.4).format(article(word))  # fmt: skip


def arity(v: Voice, form: Form) -> str:
    """Count the elements: binary, ternary."""
    n = len(v.facts.elements)
    if n < 2 or n >= len(ARITY):
        return ""
    v.claim("arity", low=n, high=n)
    plain, counted = ARITY[n], _COUNTED[n]
    if form == "adjective":
        return vary(v, (plain,), (f"{counted}-element", f"{counted}-component"), 0.4)
    if form == "predicate":
        return vary(v, (f"is a {plain} compound",),
                    (f"is a {counted}-element compound", f"is made of {counted} elements",
                     f"contains {counted} different elements",
                     f"has {counted} elements in it", f"is a compound of {counted} elements",
                     f"contains exactly {counted} elements", f"has {counted} components",
                     f"consists of {counted} elements", f"is {plain}"))  # fmt: skip
    return vary(v, (f"{plain} compound",),
                (f"{counted}-element compound", f"made of {counted} elements",
                 f"{counted} different elements", f"with {counted} elements",
                 f"{counted} elements", f"compound of {counted} elements", f"{plain} system",
                 f"with exactly {counted} elements", f"{counted}-component compound",
                 f"made from only {counted} elements"))  # fmt: skip


def stoichiometry(v: Voice, form: Form) -> str:
    """Say the anonymous formula."""
    f = v.facts
    if not v.numbers or form == "adjective" or len(f.elements) < 2 or not f.anonymous_formula:
        return ""
    v.claim("stoichiometry", f.anonymous_formula)
    text = f"{f.anonymous_formula} stoichiometry"
    return f"has {text}" if form == "predicate" else text


def own_name(v: Voice, form: Form) -> str:
    """Say a name of the record."""
    text = v.pick_words(v.facts.names) if v.names and v.facts.names else ""
    if not text or form == "adjective":
        return ""
    v.claim("name", text)
    return f"is known as {text}" if form == "predicate" else text


def mineral(v: Voice, form: Form) -> str:
    """Say a mineral name of the record."""
    text = v.pick_words(v.facts.minerals) if v.names and v.facts.minerals else ""
    if not text or form == "adjective":
        return ""
    v.claim("mineral", text)
    if form == "predicate":
        return v.pick(("is the mineral {}", "occurs as the mineral {}")).format(text)
    return v.pick(("{}", "{}", "mineral {}", "{} mineral")).format(text)


def use(v: Voice, form: Form) -> str:
    """Say a use of the record."""
    text = v.pick_words(v.facts.uses) if v.names and v.facts.uses else ""
    if not text or form == "adjective":
        return ""
    v.claim("use", text)
    if form == "predicate":
        return v.pick(("is used for {}", "has uses such as {}")).format(text)
    if "material" in text:
        return text
    return v.pick(("{}", "{}", "used for {}", "material for {}", "{} material")).format(text)


def notable(v: Voice, form: Form) -> str:
    """Say a notable property in the words of the lexicon."""
    known = v.facts.notable if v.names and v.properties else ()
    text = v.pick_words(known) if known else ""
    if not text or form == "adjective":
        return ""
    v.claim("notable", text)
    return f"is known to be {text}" if form == "predicate" else text
