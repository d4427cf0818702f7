"""Space groups, point groups and Pearson symbols, in the spellings that people use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from clac.data.grammar.structure_words import SCHOENFLIES
from index.filters import All, Filter, Test
from index.reading.amounts import read_amount, read_number
from index.reading.quantities import read_quantity
from index.reading.sentence import Found, Phrases, Sentence

# fmt: off
SPACE_GROUPS: tuple[str, ...] = tuple("""
P1 P-1 P2 P21 C2 Pm Pc Cm Cc P2/m P21/m C2/m P2/c P21/c C2/c P222 P2221 P21212 P212121 C2221 C222
F222 I222 I212121 Pmm2 Pmc21 Pcc2 Pma2 Pca21 Pnc2 Pmn21 Pba2 Pna21 Pnn2 Cmm2 Cmc21 Ccc2 Amm2 Aem2
Ama2 Aea2 Fmm2 Fdd2 Imm2 Iba2 Ima2 Pmmm Pnnn Pccm Pban Pmma Pnna Pmna Pcca Pbam Pccn Pbcm Pnnm Pmmn
Pbcn Pbca Pnma Cmcm Cmce Cmmm Cccm Cmme Ccce Fmmm Fddd Immm Ibam Ibca Imma P4 P41 P42 P43 I4 I41
P-4 I-4 P4/m P42/m P4/n P42/n I4/m I41/a P422 P4212 P4122 P41212 P4222 P42212 P4322 P43212 I422
I4122 P4mm P4bm P42cm P42nm P4cc P4nc P42mc P42bc I4mm I4cm I41md I41cd P-42m P-42c P-421m P-421c
P-4m2 P-4c2 P-4b2 P-4n2 I-4m2 I-4c2 I-42m I-42d P4/mmm P4/mcc P4/nbm P4/nnc P4/mbm P4/mnc P4/nmm
P4/ncc P42/mmc P42/mcm P42/nbc P42/nnm P42/mbc P42/mnm P42/nmc P42/ncm I4/mmm I4/mcm I41/amd
I41/acd P3 P31 P32 R3 P-3 R-3 P312 P321 P3112 P3121 P3212 P3221 R32 P3m1 P31m P3c1 P31c R3m R3c
P-31m P-31c P-3m1 P-3c1 R-3m R-3c P6 P61 P65 P62 P64 P63 P-6 P6/m P63/m P622 P6122 P6522 P6222
P6422 P6322 P6mm P6cc P63cm P63mc P-6m2 P-6c2 P-62m P-62c P6/mmm P6/mcc P63/mcm P63/mmc P23 F23 I23
P213 I213 Pm-3 Pn-3 Fm-3 Fd-3 Im-3 Pa-3 Ia-3 P432 P4232 F432 F4132 I432 P4332 P4132 I4132 P-43m
F-43m I-43m P-43n F-43c I-43d Pm-3m Pn-3n Pm-3n Pn-3m Fm-3m Fm-3c Fd-3m Fd-3c Im-3m Ia-3d
""".split())
# fmt: on
"""short Hermann-Mauguin symbol of space group n at place n - 1"""
_SETTINGS: Mapping[str, int] = {
    "P21/n": 14, "P21/a": 14, "P21/b": 14, "I2/a": 15, "I2/c": 15, "A2/a": 15, "A2/n": 15,
    "C2/n": 15, "B2/b": 15, "I2/m": 12, "A2/m": 12, "B2/m": 12, "P2/n": 13, "P2/a": 13, "P2/b": 13,
    "Pbnm": 62, "Pmnb": 62, "Pnam": 62, "Pmcn": 62, "Pcmn": 62, "Pcab": 61, "Abm2": 39, "Aba2": 41,
    "Cmca": 64, "Cmma": 67, "Ccca": 68, "Bmab": 64, "Bbmm": 63, "Amam": 63, "Ccmm": 63, "Amma": 63,
    "Bmmb": 63, "Pbn21": 33, "P21nb": 33, "Pn21a": 33, "Pc21n": 33, "P21cn": 33, "Pbc21": 29,
    "P21ca": 29, "P21ma": 26, "Pmnm": 59, "Pnmm": 59, "Pcam": 57, "Pmab": 57, "Pcmb": 51,
    "Icma": 74, "Imcm": 74, "Bmm2": 38, "Pnan": 52, "Pncn": 52, "C-42m": 115,
}  # fmt: skip
"""symbols of other settings"""
_NEEDS_LABEL = frozenset(
    "p1 p2 p3 p4 p6 pm pc cm cc c2 p21 p31 p32 p41 p42 p43 p61 p62 p63 p64 p65 i4 i41 r3 p23 f23 "
    "i23 p-1 p-3 p-4 p-6 r32 p2/a p2/b p2/c p2/m p2/n p4/m p6/m p4/n i-4 r-3 c222 p222 f222 "
    "i222".split()
)
"""symbols that also mean other things, as 'Cm' does"""
_ALONE = frozenset("p1 p-1 r-3 i-4 p2/m p2/c p4/m p4/n p6/m p21 i41".split())
"""of these, what is read alone where it is written with its capital"""
_LABELS = Phrases(
    dict.fromkeys(
        ("space group", "space groups", "spacegroup", "spacegroups", "space group number",
         "space group numbers", "space group no", "space group no.", "spacegroup number", "sg",
         "sgs", "spg", "s.g.", "space group type", "space group symbol", "space group #", "sg no",
         "sg no.", "sg #", "sg number", "it number", "it no.", "space group num",
         "international number", "international symbol", "hermann mauguin symbol", "hm symbol",
         "symmetry group", "space group symmetry",
         "space groups no.", "space groups number", "spacegroup no.", "spacegroup no", "spgr",
         "sp. group", "sp. gr.", "sp gr", "sp group", "sp.gr.", "sgr", "group number",
         "international tables number", "international space group number",
         "international space group"),
        True,
    )
)  # fmt: skip
_RUN = re.compile(r"[A-Za-z0-9_/\-{}\\]+")
_POINT_GROUPS = frozenset(
    "1 -1 2 m 2/m 222 mm2 mmm 4 -4 4/m 422 4mm -42m 4/mmm 3 -3 32 3m -3m 6 -6 6/m 622 6mm -6m2 "
    "6/mmm 23 m-3 432 -43m m-3m".split()
)
_POINT_LABELS = Phrases(
    dict.fromkeys(("point group", "crystal class", "point group symmetry",
                   "crystallographic point group", "point groups", "schoenflies symbol",
                   "hermann mauguin point group", "schoenflies"), True)
)  # fmt: skip
_SCHOENFLIES: Mapping[str, str] = {other.lower(): symbol for symbol, other in SCHOENFLIES.items()}
_OF_GROUPS = Phrases(
    dict.fromkeys(("in the international tables", "of the international tables",
                   "of the 230 space groups", "of the space groups", "among the space groups"),
                  True)
)  # fmt: skip
_AS_POINT_GROUP = Phrases(
    dict.fromkeys(("as its point group", "as its crystal class", "as point group"), True)
)
_PEARSON = re.compile(r"[amothc][PSICFRA]\d{1,3}")
_PARTS = 5
"""into how many words a symbol may be cut: 'P 63 / m m c'"""


@lru_cache(maxsize=1)
def _numbers() -> Mapping[str, int]:
    table = {symbol.lower(): n for n, symbol in enumerate(SPACE_GROUPS, 1)}
    for symbol, n in _SETTINGS.items():
        table.setdefault(symbol.lower(), n)
    for n in range(3, 16):  # 'C 1 2 1'
        symbol = SPACE_GROUPS[n - 1].lower()
        table.setdefault(f"{symbol[0]}1{symbol[1:]}1", n)
    for n in (*range(200, 207), *range(221, 231)):
        table.setdefault(SPACE_GROUPS[n - 1].replace("-", "").lower(), n)
    return table


def space_group_of(symbol: str) -> int | None:
    """Return the number of a Hermann-Mauguin symbol in any usual spelling, or None."""
    plain = re.sub(r"[_{}\\\s]|bar|overline|:[0-9hrHR]$", "", symbol).lower()
    return _numbers().get(plain)


def read_symmetry(s: Sentence, i: int) -> Found | None:
    """Read a space group, point group or Pearson symbol at a position."""
    label = _LABELS.find(s, i)
    if label:
        return _labelled(s, label[0])
    point = _POINT_LABELS.find(s, i)
    if point:
        return _point_group(s, point[0])
    return _pearson(s, i) or _centring(s, i) or _numbered(s, i) or _bare(s, i)


def _numbered(s: Sentence, i: int) -> Found | None:
    """Read 'No. 194' and 'class 4/mmm'."""
    if s.word(i) in ("class", "classes") and (point := _point_group(s, i + 1)):
        return point if "/" in s.words[i:] or s.ends[point.end - 1] - s.starts[i + 1] > 2 else None
    if s.word(i) == "#" and s.word(i + 1).isdecimal() and s.glued(i + 1) and not s.glued(i):
        number = _group(s, i + 1)
        return number and Found(number[0], Test("space_group_number", "=", number[1]))
    k = i + 1 + (s.word(i + 1) == ".")
    ends = s.word(k + 1) in _ENDS or k > i + 1
    if s.word(i) == "no" and s.word(k).isdecimal() and ends:
        number = _group(s, k)
        return number and Found(number[0], Test("space_group_number", "=", number[1]))
    return _in_tables(s, i) or _in_group(s, i) or _as_group(s, i)


_ENDS = frozenset(
    ("", ",", ";", ")", "|", "/", "+", ".", "&", "-", "contains", "containing", "with", "and")
)
"""what may follow 'No 225', which is no negation"""


def _in_tables(s: Sentence, i: int) -> Found | None:
    """Read 'number 14 of the 230 space groups'."""
    number = _group(s, i + 1) if s.word(i) in ("number", "no") else None
    tables = _OF_GROUPS.find(s, number[0]) if number else None
    return (
        Found(tables[0], Test("space_group_number", "=", number[1])) if number and tables else None
    )


def _in_group(s: Sentence, i: int) -> Found | None:
    """Read 'belongs to group 14', but not of elements."""
    if s.word(i) not in ("belongs", "belong", "belonging") or s.word(i - 1).startswith("element"):
        return None
    if s.words[i + 1 : i + 3] != ("to", "group") or not s.word(i + 3).isdecimal():
        return None
    number = _group(s, i + 3)
    return number and Found(number[0], Test("space_group_number", "=", number[1]))


def _as_group(s: Sentence, i: int) -> Found | None:
    """Read 'm-3m as its point group' and 'C2 as its space group'."""
    symbol = _symbol(s, i)
    if symbol and s.words[symbol[0] : symbol[0] + 4] == ("as", "its", "space", "group"):
        return Found(symbol[0] + 4, Test("space_group_number", "=", symbol[1]))
    point = _point_group(s, i)
    told = _AS_POINT_GROUP.find(s, point.end) if point else None
    return Found(told[0], point.filter) if point and told else None


def _centring(s: Sentence, i: int) -> Found | None:
    """Read 'P lattice', 'I-centred' and 'centring F'."""
    if s.raw[i] in _CENTRINGS and not s.glued(i):
        k = s.skip(i + 1, ("-", "bravais"))
        if s.word(k) in ("centring", "centred", "lattice", "lattices"):
            return Found(k + 1, Test("centring", "=", s.raw[i]))
    if s.word(i) == "centring":
        k = s.skip(i + 1, (":", "=", "is", "of", "type"))
        if k < len(s.raw) and s.raw[k] in _CENTRINGS and not s.glued(k + 1):
            return Found(k + 1, Test("centring", "=", s.raw[k]))
    return None


_CENTRINGS = frozenset("PACIFR")


def _labelled(s: Sentence, i: int) -> Found | None:
    i = s.skip(i, (":", "=", "is", "are", "#", "of", "number", "no", "no.", ".", "either"))
    if s.word(i) in ("not", "isn't"):
        return None
    spread = read_amount(s, i)
    if spread and spread.marked and not spread.unit.kind:
        tests = tuple(Test("space_group_number", op, int(value)) for op, value in spread.bounds)
        if all(1 <= value <= 230 and op in _BOUNDS for op, value in spread.bounds):
            return Found(spread.end, tests[0] if len(tests) == 1 else All(tests))
    numbers: list[int] = []
    end = i
    while group := _group(s, i):
        if numbers and not _listed(s, i, group[0]):
            break
        end, number = group
        numbers.append(number)
        end = _repeated(s, end, number)
        i = s.skip(end, (",", "or", "and", "/"))
        if i == end or i - end > 2:
            break
    if not numbers:
        return None
    return Found(end, _one_of(numbers))


def _listed(s: Sentence, i: int, end: int) -> bool:
    """Tell whether a further number still is a space group: not '62, 4 atoms'."""
    if not s.word(i)[0].isdigit():
        return True
    return s.word(end) in ("", ",", "or", "and", ";", ".", ")", "?") or (
        s.word(i - 1) in ("or", "and") and s.word(end).isalpha() and read_quantity(s, i) is None
    )


_BOUNDS = frozenset((">", ">=", "<", "<="))


def _one_of(numbers: list[int]) -> Filter:
    distinct = tuple(dict.fromkeys(numbers))
    if len(distinct) == 1:
        return Test("space_group_number", "=", distinct[0])
    return Test("space_group_number", "in", distinct)


def _repeated(s: Sentence, i: int, number: int) -> int:
    """Take '(No. 225)' or '(225)' behind a symbol along."""
    opened = s.word(i) in ("(", ",")
    k = s.skip(i + opened, ("no", ".", "number", "#", "sg", "space", "group"))
    if (opened or k > i) and s.word(k) == str(number):
        k += 1
        return k + 1 if s.word(k) == ")" else k
    if opened and (group := _symbol(s, i + 1)) and group[1] == number:
        return group[0] + (s.word(group[0]) == ")")
    return i


def _group(s: Sentence, i: int) -> tuple[int, int] | None:
    symbol = _symbol(s, i)
    if symbol:
        return symbol
    if not s.word(i)[:1].isdigit() and s.word(i - 1) in (",", "or", "and", "/"):
        return None
    number = read_number(s, i)
    if number is None and s.word(i).isdecimal() and s.word(i).isascii():
        number = i + 1, float(s.word(i))  # 'SG225'
    if number and 1 <= number[1] <= 230 and number[1] == int(number[1]):
        return number[0], int(number[1])
    return None


def _symbol(s: Sentence, i: int) -> tuple[int, int] | None:
    """Return the end and the number of a symbol, written in one or in several words."""
    if i >= len(s.words) or s.words[i][0] not in "pabcfir":
        return None
    best = None
    text, place = "", s.starts[i]
    for _ in range(_PARTS):
        run = _RUN.match(s.text, place)
        if run is None:
            break
        text += run.group()
        found = _at_end(s, text, run.end())
        if found:
            best = found
        if len(text) > 9 or s.text[run.end() : run.end() + 1] != " ":
            break
        place = run.end() + 1
    return best


def _at_end(s: Sentence, text: str, end: int) -> tuple[int, int] | None:
    for cut in (0, 1):  # 'Fm-3m-type', 'Pnma-': a hyphen may follow
        part = text.rsplit("-", 1)[0] if cut else text
        number = space_group_of(part)
        if number and (not cut or len(part) > 3):
            return s.token_at(end - (len(text) - len(part))), number
    return None


def _bare(s: Sentence, i: int) -> Found | None:
    """Read a symbol without a label, unless it may be something else."""
    if i and s.glued(i) and s.word(i - 1) not in ("(", "/", ",", ";", ":", "[", '"', "'", "="):
        return None
    if s.raw[i][0] not in "PABCFIR" and not (s.raw[i].islower() and len(s.raw[i]) >= 1):
        return None
    group = _symbol(s, i)
    if group is None:
        return None
    end, number = group
    text = s.text[s.starts[i] : s.ends[end - 1]]
    plain = text.lower().replace("_", "").replace(" ", "")
    capital = text[0].isupper()
    if s.words[end : end + 2] == ("space", "group"):
        return Found(end + 2, Test("space_group_number", "=", number))
    repeated = _repeated(s, end, number)
    before = s.word(i - 2) if s.word(i - 1) in ("in", ":", "of") else ""
    formed = before.startswith("crystalli") or before in _FORMS or s.word(i - 1) == "symmetry"
    told = s.word(end) in ("crystal", "phase", "structure") and plain in ("pm", "cm", "pc", "cc")
    symmetric = "symmetry" in s.words[end : end + 1 + (s.word(end) == "in")]
    sure = formed or told or symmetric or plain in _ALONE or repeated > end
    if symmetric and repeated == end:
        repeated = end + 1 + (s.word(end) == "in")
    if plain in _NEEDS_LABEL and not (capital and sure):
        return None
    if not capital and (" " in text or len(plain) < 4):
        return None
    if not formed and " " in text and len(text.replace(" ", "")) < 4:
        return None
    return Found(repeated, Test("space_group_number", "=", number))


_FORMS = frozenset("is are be phase structure crystal material compound symmetry".split())
"""what stands before 'in Cm' where a space group is meant"""


def _point_group(s: Sentence, i: int) -> Found | None:
    i = s.skip(i, (":", "=", "is", "of"))
    if i >= len(s.words):
        return None
    run = _RUN.match(s.text, s.starts[i])
    if run and (symbol := _SCHOENFLIES.get(run.group().lower())):
        return Found(s.token_at(run.end()), Test("point_group", "=", symbol))
    if run and run.group().lower() in _POINT_GROUPS:
        return Found(s.token_at(run.end()), Test("point_group", "=", run.group().lower()))
    return None


def _pearson(s: Sentence, i: int) -> Found | None:
    start = i
    if s.words[i : i + 2] in (("pearson", "symbol"), ("pearson", "code")):
        i = s.skip(i + 2, (":", "=", "is"))
    if i >= len(s.words):
        return None
    match = _PEARSON.match(s.text, s.starts[i])
    if match is None or match.end() not in s.ends:
        return None
    if i > start or not (i and s.glued(i)):
        return Found(s.token_at(match.end()), Test("pearson", "=", match.group()))
    return None
