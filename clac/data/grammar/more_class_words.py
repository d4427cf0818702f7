"""Other ways to say the wider classes, the oxyanion salts, the mixed anions and the like.

Fragments begin with a noun and have no article; acts are predicates without a subject.
"""

from __future__ import annotations

from collections.abc import Mapping

from clac.data.grammar.class_words import fill

_CENTRES: Mapping[str, tuple[str, ...]] = {
    "carbonate": ("carbon",),
    "nitrate": ("nitrogen",),
    "sulfate": ("sulfur", "sulphur"),
    "phosphate": ("phosphorus",),
    "silicate": ("silicon",),
    "borate": ("boron",),
    "arsenate": ("arsenic",),
    "vanadate": ("vanadium",),
    "molybdate": ("molybdenum",),
    "tungstate": ("tungsten",),
    "chromate": ("chromium",),
    "germanate": ("germanium",),
}
_OXYANION_FRAGMENTS: tuple[str, ...] = (
    "compound with {c} groups", "crystal that contains {c} groups", "solid with {c} anions",
    "compound of a metal with {c} units", "solid with {c} as an anion",
    "crystal with its {e} in {c} groups", "oxo-compound with {e} at the centre of its anions",
    "oxo-compound with {e} at the center of its anions", "member of the {c}s", "kind of {c}",
    "{c} of one or more metals", "{c}, simple or complex", "example of {a}",
    "solid built with {c} units",
)  # fmt: skip
_OXYANION_ACTS: tuple[str, ...] = (
    "contains {c} groups", "has {c} anions", "holds its {e} in {c} groups",
    "joins a metal with {c} units", "ranks among the {c}s", "is what chemists call {a}",
    "surrounds its {e} with oxygen to form {c} groups", "has {c} groups among its building blocks",
)  # fmt: skip
_MIXED: Mapping[str, tuple[str, ...]] = {
    "oxyfluoride": ("fluorine",),
    "oxychloride": ("chlorine",),
    "oxybromide": ("bromine",),
    "oxyiodide": ("iodine",),
    "oxynitride": ("nitrogen",),
    "oxysulfide": ("sulfur", "sulphur"),
    "oxyselenide": ("selenium",),
    "oxytelluride": ("tellurium",),
}
_MIXED_FRAGMENTS: tuple[str, ...] = (
    "compound with both oxygen and {e} as anions", "mixed-anion compound of oxygen and {e}",
    "mixed-anion solid with oxygen and {e}", "crystal whose anions include oxygen and {e}",
    "metal compound in which oxygen and {e} are both anions",
    "heteroanionic compound of oxygen and {e}",
    "compound with oxygen and {e} side by side as anions",
    "solid with {e} beside oxygen on the anion side", "member of the {c}s", "kind of {c}",
    "{c} of one or more metals", "example of an {c}",
    "crystal in which metals share oxygen and {e}",
    "oxygen-and-{e} mixed-anion material", "multi-anion compound that combines oxygen with {e}",
)  # fmt: skip
_MIXED_ACTS: tuple[str, ...] = (
    "has both oxygen and {e} as anions", "mixes oxygen and {e} as anions",
    "combines metals with oxygen and {e} anions", "contains {e} anions next to oxygen anions",
    "ranks among the {c}s", "is what chemists call an {c}",
    "has oxygen and {e} side by side as anions",
)  # fmt: skip
_MORE_FRAGMENTS: Mapping[str, tuple[str, ...]] = {
    "carbonate": (
        "salt of carbonic acid", "carbonic-acid salt of a metal",
        "compound in which carbon and oxygen form triangular anions",
    ),
    "nitrate": (
        "salt of nitric acid", "nitric-acid salt of a metal",
        "compound in which nitrogen and oxygen form triangular anions",
    ),
    "sulfate": (
        "salt of sulfuric acid", "salt of sulphuric acid", "sulphuric-acid salt of a metal",
        "compound in which sulfur and oxygen form tetrahedral groups",
    ),
    "phosphate": (
        "salt of a phosphoric acid", "phosphoric-acid salt of a metal",
        "compound in which phosphorus and oxygen form tetrahedra",
        "metal compound with phosphorus-oxygen tetrahedra",
    ),
    "silicate": (
        "salt of a silicic acid", "metal compound with silicon-oxygen tetrahedra",
        "compound in which silicon and oxygen form tetrahedra around the silicon",
        "metal-bearing solid with tetrahedra of oxygen around silicon",
    ),
    "borate": (
        "salt of a boric acid", "boric-acid salt of a metal",
        "metal compound with boron-oxygen groups",
        "compound in which boron and oxygen form triangles or tetrahedra",
    ),
    "arsenate": (
        "salt of an arsenic acid", "metal compound with arsenic-oxygen tetrahedra",
        "compound in which arsenic and oxygen form tetrahedra",
    ),
    "vanadate": (
        "salt of a vanadic acid", "metal compound with vanadium-oxygen tetrahedra",
        "compound in which vanadium and oxygen form tetrahedra",
    ),
    "molybdate": (
        "salt of a molybdic acid", "metal compound with molybdenum-oxygen tetrahedra",
        "compound in which molybdenum and oxygen form tetrahedra",
    ),
    "tungstate": (
        "salt of a tungstic acid", "wolframate", "metal compound with tungsten-oxygen tetrahedra",
        "compound in which tungsten and oxygen form tetrahedra",
    ),
    "chromate": (
        "salt of a chromic acid", "metal compound with chromium-oxygen tetrahedra",
        "compound in which chromium and oxygen form tetrahedra",
    ),
    "germanate": (
        "salt of a germanic acid", "metal compound with germanium-oxygen tetrahedra",
        "compound in which germanium and oxygen form tetrahedra",
    ),
}  # fmt: skip
_OTHER_FRAGMENTS: Mapping[str, tuple[str, ...]] = {
    "halide": (
        "compound whose anion is fluorine, chlorine, bromine or iodine",
        "solid with fluorine, chlorine, bromine or iodine as its main anion",
        "crystal with F, Cl, Br or I as its principal anion", "example of a halide",
        "compound with fluorine, chlorine, bromine or iodine for an anion", "member of the halides",
        "haloid compound", "kind of halide", "halide of one or more elements",
        "halide, simple or complex", "halide with any cations",
        "substance that chemists call a halide",
        "compound whose anion is F, Cl, Br or I", "halide lattice", "halide in crystal form",
    ),
    "chalcogenide": (
        "compound whose anion is sulfur, selenium or tellurium",
        "compound whose anion is sulphur, selenium or tellurium",
        "solid with sulfur, selenium or tellurium as its main anion",
        "crystal with S, Se or Te as its principal anion", "example of a chalcogenide",
        "compound with S, Se or Te as the anion", "member of the chalcogenides",
        "kind of chalcogenide", "chalcogenide of one or more elements",
        "chalcogenide, simple or complex", "chalcogenide with any cations",
        "substance that chemists call a chalcogenide", "chalcogenide lattice",
        "inorganic chalcogenide", "chalcogenide in crystal form",
    ),
    "pnictide": (
        "compound whose anion is phosphorus, arsenic or antimony",
        "solid with phosphorus, arsenic or antimony as its main anion",
        "crystal with P, As or Sb as its principal anion", "example of a pnictide",
        "compound with P, As or Sb as the anion", "member of the pnictides", "kind of pnictide",
        "pnictide of one or more elements", "pnictide, simple or complex",
        "pnictide with any cations", "substance that chemists call a pnictide",
        "pnictide lattice", "inorganic pnictide", "pnictide in crystal form",
    ),
    "hydroxide": (
        "compound of a metal with hydroxyl groups only", "metal compound of OH groups",
        "solid made of a metal and OH groups", "crystal whose only anion is OH",
        "metal compound with all of its oxygen in hydroxyl groups",
        "solid whose anions are all hydroxyl groups",
        "metal compound built of hydroxyl groups alone",
        "compound of metal cations and OH anions", "hydroxyl compound of a metal",
        "solid with one hydrogen on each oxygen", "member of the hydroxides", "kind of hydroxide",
    ),
    "peroxide": (
        "compound of a metal with paired oxygen atoms", "solid with oxygen-oxygen bonds",
        "metal compound with oxygen atoms bonded in pairs", "crystal with O-O dumbbells",
        "compound of a metal and oxygen pairs", "metal-oxygen compound with O-O bonds",
        "solid whose oxygen atoms come in bonded pairs", "kind of peroxide",
        "crystal with dumbbells of oxygen", "member of the peroxides",
        "metal compound of the peroxo group",
    ),
}  # fmt: skip
_OTHER_ACTS: Mapping[str, tuple[str, ...]] = {
    "halide": (
        "has fluorine, chlorine, bromine or iodine as its anion",
        "has F, Cl, Br or I as its main anion", "ranks among the halides",
        "is what chemists call a halide", "is part of the halide family",
    ),
    "chalcogenide": (
        "has sulfur, selenium or tellurium as its anion", "has S, Se or Te as its main anion",
        "has sulphur, selenium or tellurium as its anion", "ranks among the chalcogenides",
        "is what chemists call a chalcogenide", "is part of the chalcogenide family",
    ),
    "pnictide": (
        "has phosphorus, arsenic or antimony as its anion", "has P, As or Sb as its main anion",
        "ranks among the pnictides", "is what chemists call a pnictide",
        "is part of the pnictide family",
    ),
    "hydroxide": (
        "has hydroxyl groups as its only anions", "combines a metal with OH groups only",
        "holds all of its oxygen in hydroxyl groups", "carries one hydrogen on each oxygen",
        "ranks among the hydroxides",
    ),
    "peroxide": (
        "has oxygen atoms bonded in pairs", "contains dumbbells of oxygen",
        "combines a metal with oxygen pairs", "bonds oxygen to oxygen", "has O-O bonds",
        "ranks among the peroxides",
    ),
}  # fmt: skip


_RELATED: Mapping[str, tuple[str, ...]] = {
    "halide": (
        "compound whose anion is a halogen", "solid with a halogen as its main anion",
        "material in which a halogen plays the anion", "crystal with halogen anions",
    ),
    "chalcogenide": (
        "compound whose anion is a chalcogen other than oxygen",
        "solid with a heavier chalcogen as its main anion",
        "crystal with heavy chalcogen anions",
    ),
    "pnictide": (
        "compound whose anion is a pnictogen heavier than nitrogen",
        "solid with a heavier pnictogen as its main anion",
        "crystal with heavy pnictogen anions",
    ),
    **{word: (f"oxide {word.removeprefix('oxy')}", f"{word.removeprefix('oxy')} oxide")
       for word in _MIXED},
}  # fmt: skip
"""noun phrases that name an element family or another class beside their own"""
_OWN: Mapping[str, tuple[str, ...]] = {
    **{
        word: (*fill(_OXYANION_FRAGMENTS, _CENTRES, word), *_MORE_FRAGMENTS[word])
        for word in _CENTRES
    },
    **{word: fill(_MIXED_FRAGMENTS, _MIXED, word) for word in _MIXED},
    **_OTHER_FRAGMENTS,
}
MORE_CLASS_DESCRIPTIONS: Mapping[str, tuple[str, ...]] = {
    word: (*phrases, *_RELATED.get(word, ())) for word, phrases in _OWN.items()
}
"""noun phrases without an article, by class"""
MORE_CLASS_ACTS: Mapping[str, tuple[str, ...]] = {
    **{word: fill(_OXYANION_ACTS, _CENTRES, word) for word in _CENTRES},
    **{word: fill(_MIXED_ACTS, _MIXED, word) for word in _MIXED},
    **_OTHER_ACTS,
}
"""predicates without a subject, by class"""
