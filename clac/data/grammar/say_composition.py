"""What can be said of the compound as a whole, and of its names.

Every statement returns "" where its fact is unknown, hidden or has no such form.
"""

from __future__ import annotations

from collections.abc import Sequence

from clac.data.chemistry import ANION_NOUNS, FAMILIES, MIXED_ANIONS, OXYANION_CENTRES, is_metal
from clac.data.counting import COUNT_WORDS
from clac.data.elements import ELEMENT_NAMES, OTHER_SPELLINGS
from clac.data.facts import Facts
from clac.data.grammar import composition_words as words
from clac.data.grammar.class_words import CLASS_ACTS, CLASS_DESCRIPTIONS
from clac.data.grammar.more_class_words import MORE_CLASS_ACTS, MORE_CLASS_DESCRIPTIONS
from clac.data.grammar.voice import Form, T, Voice, article, join

ARITY: tuple[str, ...] = ("", "elemental", "binary", "ternary", "quaternary", "quinary")
_PREFIXES = {2: "di", 3: "tri", 4: "tetra"}


def vary(v: Voice, plain: Sequence[T], others: Sequence[T], chance: float = 0.5) -> T:
    """Draw a plain wording, or with a chance one of the others."""
    return v.pick(others if others and v.dice() < chance else plain)


def worded(v: Voice, wordings: words.Wordings, chance: float = 0.5) -> str:
    """Draw a wording that does not call an element a compound."""
    plain, others = wordings
    if len(v.facts.elements) == 1:
        plain, others = (tuple(w for w in x if "compound" not in w) for x in wordings)
    return vary(v, plain, others, chance)


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
    return worded(v, words.FORMULA[form], 0.3).format(text)


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
    called = compound_name(v)
    if not called or form == "adjective":
        return ""
    v.claim("system", "-".join(sorted(v.facts.elements)))
    for word in v.facts.classes:
        if word in OXYANION_CENTRES or word in ("hydroxide", "peroxide"):
            v.claim("class", word)
    return worded(v, words.NAME[form], 0.25).format(called)


def elements(v: Voice, form: Form) -> str:
    """List the elements."""
    f = v.facts
    if not v.elements or form == "adjective" or len(f.elements) > 7:
        return ""
    v.claim("system", "-".join(sorted(f.elements)))
    if v.formulas and len(f.elements) > 1 and v.dice() < 0.15:
        system = "-".join(sorted(f.elements) if v.dice() < 0.5 else f.elements)
        return worded(v, words.SYSTEM[form]).format(system)
    symbols = v.formulas and v.dice() < 0.15
    names = list(f.elements) if symbols else [element(v, symbol) for symbol in f.elements]
    table = words.ELEMENT_LIST if len(names) > 1 else words.ONE_IN_LIST
    return worded(v, table[form], 0.4).format(join(names))


def class_noun(v: Voice) -> str:
    """Name the class of the compound, perhaps with arity or a family before it, or ''."""
    f = v.facts
    if not v.elements or not f.classes:
        return ""
    word = f.classes[0] if v.dice() < 0.6 else v.pick(f.classes)
    v.claim("class", word)
    if word == "element":
        if is_metal(f.elements[0]) and v.dice() < 0.25:
            v.claim("family", "metal")
            return v.pick(("elemental metal", "pure metal"))
        return vary(v, *words.ELEMENTAL)
    word = _class_word(v, word)
    dice = v.dice()
    metals = [x for x in f.families if x.endswith(("metal", "earth", "lanthanide", "actinide"))]
    # 'transition-metal metal oxide' would say it twice.
    if dice < 0.3 and metals and not word.startswith("metal"):
        metal = v.pick(metals)
        v.claim("family", metal)
        return f"{hyphened(v, metal)} {word}"
    arity = ARITY[len(f.elements)] if len(f.elements) < len(ARITY) else ""
    if not arity or dice >= 0.6:
        return word
    v.claim("arity", low=len(f.elements), high=len(f.elements))
    return f"{arity} {word}"


_SALTS = ("carbonate", "nitrate", "sulfate", "phosphate")


def _class_word(v: Voice, word: str) -> str:
    """Write a class as a noun that can be counted."""
    if word == "intermetallic":
        return vary(v, *words.INTERMETALLIC, 0.4)
    dice = v.dice()
    if dice < 0.1 and "sulf" in word:
        word = word.replace("sulf", "sulph")
    if dice > 0.95 and word in _SALTS:
        return f"{word} salt"
    if 0.85 < dice < 0.93 and word not in OXYANION_CENTRES and any(map(is_metal, v.facts.elements)):
        v.claim("family", "metal")
        return v.pick(words.OF_METAL).format(word)
    return v.pick(words.OF_CLASS).format(word) if 0.1 < dice < 0.5 else word


def compound_class(v: Voice, form: Form) -> str:
    """Say the class of the compound."""
    word = class_noun(v)
    if not word or form == "adjective":
        return ""
    if form == "fragment":
        return word
    if word.endswith(words.ENDS_COUNTABLE) and v.dice() < 0.25:
        return v.pick(words.CLASS_PREDICATES).format(word)
    return v.pick(_IS).format(article(word))


_DESCRIPTIONS = {**CLASS_DESCRIPTIONS, **MORE_CLASS_DESCRIPTIONS}
_ACTS = {**CLASS_ACTS, **MORE_CLASS_ACTS}


def described_class(v: Voice, form: Form) -> str:
    """Say what the class of the compound means: 'compound whose anion is oxygen'."""
    f = v.facts
    word = v.pick(f.classes) if v.elements and f.classes else ""
    act = form == "predicate" and v.dice() < 0.6
    text = v.pick_words((_ACTS if act else _DESCRIPTIONS).get(word, ()))
    if not text or form == "adjective":
        return ""
    v.claim("class", word)
    if v.dice() < 0.3:
        text = text.replace("sulf", "sulph")
    return text if act or form == "fragment" else f"is {article(text)}"


_IS = ("is {}", "is {}", "is {}", "is {}", "is classified as {}", "counts as {}")


def hyphened(v: Voice, family: str) -> str:
    """Write a family before a noun, its words joined or not."""
    return family.replace(" ", "-") if v.dice() < 0.5 else family


def family(v: Voice, form: Form) -> str:
    """Name an element family that occurs."""
    if not v.elements or not v.facts.families:
        return ""
    word = v.pick(v.facts.families)
    v.claim("family", word)
    if form == "adjective":
        return f"{word.replace(' ', '-')}{v.pick(words.ENDINGS)}"
    return say_family(v, words.FAMILY[form], word)


def say_family(v: Voice, wordings: words.Wordings, word: str) -> str:
    """Put a family, or another name of it, into a wording."""
    others = [x for x in words.FAMILY_NAMES.get(word, ()) if v.numbers or "group " not in x]
    named = v.pick(others) if others and v.dice() < 0.3 else word
    many = f"{named}{'es' if named.endswith('gas') else 's'}"
    text = worded(v, wordings)
    return text.format(a=article(named), w=named, s=many, h=hyphened(v, word))


def arity(v: Voice, form: Form) -> str:
    """Count the elements: binary, ternary."""
    n = len(v.facts.elements)
    if n < 2 or n >= len(ARITY):
        return ""
    v.claim("arity", low=n, high=n)
    plain, others = words.ARITY_WORDS[form]
    if not v.numbers:
        others = tuple(x for x in others if "{n}" not in x)
    return vary(v, plain, others).format(p=ARITY[n], c=COUNT_WORDS[n], n=n)


_FEW = 4
"""elements whose ratio is still told"""


def stoichiometry(v: Voice, form: Form) -> str:
    """Say the anonymous formula, or the ratio of the elements."""
    f = v.facts
    if not v.numbers or form == "adjective" or len(f.elements) < 2 or not f.anonymous_formula:
        return ""
    few = len(f.elements) <= _FEW
    if few and v.elements and v.formulas and v.dice() < 0.25:
        return _in_ratio(v, form)
    v.claim("stoichiometry", f.anonymous_formula)
    amounts = sorted(f.amounts)
    if few and v.dice() < 0.25:
        times = words.TIMES.get(amounts[1]) if len(amounts) == 2 and amounts[0] == 1 else None
        if times:
            return v.pick(words.TIMES_AS_MANY[form]).format(t=times)
        if amounts[-1] == 1:
            return v.pick(words.EQUAL[form]).format(c=COUNT_WORDS[len(amounts)])
    plain, others = words.STOICHIOMETRY[form]
    text = vary(v, plain, others if few else [x for x in others if "{r}" not in x])
    ratio = amounts[::-1] if v.dice() < 0.3 else amounts
    return text.format(f=f.anonymous_formula, r=":".join(map(str, ratio)))


def _in_ratio(v: Voice, form: Form) -> str:
    """Say all elements and their amounts: the formula in words."""
    f = v.facts
    v.claim("formula", f.formula)
    names = [element(v, symbol) for symbol in f.elements]
    if len(names) == 2 and min(f.amounts) == 1 and max(f.amounts) in words.TIMES and v.dice() < 0.5:
        one, more = names if f.amounts[0] == 1 else names[::-1]
        times = words.TIMES[max(f.amounts)]
        return v.pick(words.TWICE_THE[form]).format(a=one, b=more, t=times)
    ratio = ":".join(map(str, f.amounts))
    return v.pick(words.IN_RATIO[form]).format(e=join(names), r=ratio)


def own_name(v: Voice, form: Form) -> str:
    """Say a name of the record."""
    text = v.pick_words(v.facts.names) if v.names and v.facts.names else ""
    if not text or form == "adjective":
        return ""
    v.claim("name", text)
    told = worded(v, words.OWN_NAME[form], 0.5 if form == "predicate" else 0.12)
    return told.format(article(text) if told != "{}" and _is_kind(text) else text)


def _is_kind(name: str) -> bool:
    """Tell whether a name is that of a kind: 'known as a molecular crystal'."""
    return name.endswith((*words.ENDS_THING, "alloy", "intermetallic"))


def mineral(v: Voice, form: Form) -> str:
    """Say a mineral name of the record."""
    text = v.pick_words(v.facts.minerals) if v.names and v.facts.minerals else ""
    if not text or form == "adjective":
        return ""
    v.claim("mineral", text)
    return worded(v, words.MINERAL[form], 0.4).format(text)


def use(v: Voice, form: Form) -> str:
    """Say a use of the record."""
    text = v.pick_words(v.facts.uses) if v.names and v.facts.uses else ""
    if not text or form == "adjective":
        return ""
    v.claim("use", text)
    if text.endswith(words.ENDS_ROLE) and v.dice() < 0.3:
        return worded(v, words.ROLE[form]).format(article(text))
    if form == "fragment" and "material" in text:
        return text
    told = worded(v, words.USE[form], 0.4 if form == "predicate" else 0.25)
    # 'used for a high-voltage cathode', but 'high-voltage cathode material'
    role = text.endswith(words.ENDS_ROLE) and told not in ("{}", "{} material")
    return told.format(article(text) if role else text)


def notable(v: Voice, form: Form) -> str:
    """Say a notable property in the words of the lexicon."""
    hidden = not (v.names and v.properties)
    text = "" if hidden else v.pick_words(v.facts.notable)
    if not text or form == "adjective":
        return ""
    v.claim("notable", text)
    if text.startswith("contains "):
        return text
    if text.endswith(words.ENDS_EFFECT):
        return worded(v, words.EFFECT[form], 0.4).format(text)
    known = article(text) if text.endswith(words.ENDS_THING) else text
    if form == "predicate":
        return worded(v, words.NOTABLE[form]).format(known)
    quality = text.endswith(words.ENDS_QUALITY)
    told = worded(v, words.NOTABLE_QUALITY if quality else words.NOTABLE[form], 0.4)
    return told.format(known if told == "known to be {}" else text)
