"""Phrases for structure -> text: descriptors to rank, and prompts for zero-shot classification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from clac.data.chemistry import ANION_NOUNS, CLASSES, FAMILIES
from clac.data.grammar.voice import SYSTEMS, article
from clac.data.structure_types import find_structure_type, structure_types
from clac.errors import ConfigError

SPACE_GROUPS: tuple[str, ...] = tuple(
    """
P1 P-1 P2 P2_1 C2 Pm Pc Cm Cc P2/m P2_1/m C2/m P2/c P2_1/c C2/c P222 P222_1 P2_12_12 P2_12_12_1
C222_1 C222 F222 I222 I2_12_12_1 Pmm2 Pmc2_1 Pcc2 Pma2 Pca2_1 Pnc2 Pmn2_1 Pba2 Pna2_1 Pnn2 Cmm2
Cmc2_1 Ccc2 Amm2 Aem2 Ama2 Aea2 Fmm2 Fdd2 Imm2 Iba2 Ima2 Pmmm Pnnn Pccm Pban Pmma Pnna Pmna Pcca
Pbam Pccn Pbcm Pnnm Pmmn Pbcn Pbca Pnma Cmcm Cmce Cmmm Cccm Cmme Ccce Fmmm Fddd Immm Ibam Ibca
Imma P4 P4_1 P4_2 P4_3 I4 I4_1 P-4 I-4 P4/m P4_2/m P4/n P4_2/n I4/m I4_1/a P422 P42_12 P4_122
P4_12_12 P4_222 P4_22_12 P4_322 P4_32_12 I422 I4_122 P4mm P4bm P4_2cm P4_2nm P4cc P4nc P4_2mc
P4_2bc I4mm I4cm I4_1md I4_1cd P-42m P-42c P-42_1m P-42_1c P-4m2 P-4c2 P-4b2 P-4n2 I-4m2 I-4c2
I-42m I-42d P4/mmm P4/mcc P4/nbm P4/nnc P4/mbm P4/mnc P4/nmm P4/ncc P4_2/mmc P4_2/mcm P4_2/nbc
P4_2/nnm P4_2/mbc P4_2/mnm P4_2/nmc P4_2/ncm I4/mmm I4/mcm I4_1/amd I4_1/acd P3 P3_1 P3_2 R3 P-3
R-3 P312 P321 P3_112 P3_121 P3_212 P3_221 R32 P3m1 P31m P3c1 P31c R3m R3c P-31m P-31c P-3m1
P-3c1 R-3m R-3c P6 P6_1 P6_5 P6_2 P6_4 P6_3 P-6 P6/m P6_3/m P622 P6_122 P6_522 P6_222 P6_422
P6_322 P6mm P6cc P6_3cm P6_3mc P-6m2 P-6c2 P-62m P-62c P6/mmm P6/mcc P6_3/mcm P6_3/mmc P23 F23
I23 P2_13 I2_13 Pm-3 Pn-3 Fm-3 Fd-3 Im-3 Pa-3 Ia-3 P432 P4_232 F432 F4_132 I432 P4_332 P4_132
I4_132 P-43m F-43m I-43m P-43n F-43c I-43d Pm-3m Pn-3n Pm-3n Pn-3m Fm-3m Fm-3c Fd-3m Fd-3c Im-3m
Ia-3d
""".split()
)
"""short Hermann-Mauguin symbols; space group n stands at place n - 1"""

_GAP_PROMPTS: Mapping[str, tuple[str, ...]] = {
    "0 eV": ("a metal", "metallic", "It has no band gap.", "band gap of 0.0 eV"),
    "0-1 eV": ("a semiconductor with a small band gap", "band gap between 0 and 1 eV",
               "narrow-gap semiconductor", "band gap of about 0.5 eV"),
    "1-3 eV": ("a semiconductor", "band gap between 1 and 3 eV", "band gap of about 2.0 eV",
               "It is a semiconductor."),
    ">3 eV": ("a wide-gap insulator", "band gap > 3 eV", "wide band gap", "band gap of about 5 eV"),
}  # fmt: skip
_METAL_PROMPTS: Mapping[str, tuple[str, ...]] = {
    "metal": ("a metal", "metallic", "It has no band gap.", "It conducts like a metal."),
    "insulator": ("a semiconductor", "a wide-gap insulator", "It has a band gap.",
                  "semiconducting", "insulating with a band gap"),
}  # fmt: skip
_LAYER_PROMPTS: Mapping[str, tuple[str, ...]] = {
    "layered": ("a layered structure", "layered", "two-dimensional layers", "It is layered."),
    "not layered": ("a three-dimensional network", "three-dimensional",
                    "a three-dimensional framework", "It is three-dimensional."),
}  # fmt: skip
_CENTRINGS = ("primitive", "body-centred", "face-centred", "base-centred", "rhombohedral")
_CLASS_LABELS = (*(nouns[0] for nouns in ANION_NOUNS.values()), "intermetallic")

TASKS: tuple[str, ...] = (
    "crystal_system", "space_group", "lattice_centring", "metal_or_insulator", "band_gap_bucket",
    "anion_class", "prototype", "layered",
)  # fmt: skip


@lru_cache(maxsize=len(TASKS))
def task_labels(task: str) -> tuple[str, ...]:
    """Return the labels of a classification task. Raises ConfigError for an unknown task."""
    match task:
        case "crystal_system":
            return SYSTEMS
        case "space_group":
            return SPACE_GROUPS
        case "lattice_centring":
            return _CENTRINGS
        case "metal_or_insulator":
            return tuple(_METAL_PROMPTS)
        case "band_gap_bucket":
            return tuple(_GAP_PROMPTS)
        case "anion_class":
            return _CLASS_LABELS
        case "prototype":
            return tuple(kind.name for kind in structure_types())
        case "layered":
            return tuple(_LAYER_PROMPTS)
    raise ConfigError(f"unknown classification task {task!r}; known: {', '.join(TASKS)}")


def prompts(task: str, label: str) -> tuple[str, ...]:
    """Return sentences that stand for a label; an empty task means the user's own label.

    Raises ConfigError for an unknown task or a label that the task does not have.
    """
    if not task:
        return (label, f"a {label} crystal", f"{label} structure", f"It is {article(label)}.")
    if label not in task_labels(task):
        raise ConfigError(f"task {task!r} has no label {label!r}")
    match task:
        case "crystal_system":
            return _filled(("{}", "{} crystal system", "It is {}.", "It has {} symmetry."), label)
        case "space_group":
            return _space_group_prompts(label)
        case "lattice_centring":
            return _filled(("{} lattice", "It has a {} lattice.", "with a {} lattice"), label)
        case "metal_or_insulator":
            return _METAL_PROMPTS[label]
        case "band_gap_bucket":
            return _GAP_PROMPTS[label]
        case "anion_class":
            return (label, f"It is {article(label)}.", f"ternary {label}", f"{label} compound")
        case "prototype":
            return _prototype_prompts(label)
    return _LAYER_PROMPTS[label]


def _filled(templates: Sequence[str], label: str) -> tuple[str, ...]:
    return tuple(template.format(label) for template in templates)


def _space_group_prompts(symbol: str) -> tuple[str, ...]:
    number = SPACE_GROUPS.index(symbol) + 1
    return (
        f"space group {symbol}",
        f"{symbol} (No. {number})",
        f"It crystallizes in space group {symbol.replace('_', '')}.",
        f"space group number {number}",
    )


def _prototype_prompts(name: str) -> tuple[str, ...]:
    kind = find_structure_type(name)
    others = (*kind.words[:2], *(f"{f}-type" for f in kind.formulas[:1])) if kind else ()
    return (
        f"{name} structure",
        f"It adopts the {name} structure.",
        *(f"{word} structure" for word in others),
    )


@lru_cache(maxsize=1)
def describe_terms() -> tuple[tuple[str, str], ...]:
    """Return (group, phrase) descriptors to rank against a structure."""
    groups: Mapping[str, Sequence[str]] = {
        "crystal system": [f"{system} crystal system" for system in SYSTEMS],
        "lattice": [f"{centring} lattice" for centring in _CENTRINGS],
        "inversion": ["with a centre of symmetry", "no centre of symmetry", "polar point group"],
        "class": [word for word in CLASSES if word != "element"] + ["pure element"],
        "elements": [f"contains {article(family)}" for family in FAMILIES],
        "structure type": [f"{kind.name} structure" for kind in structure_types()],
        "network": ["isolated molecular units", "one-dimensional chains", "a layered structure",
                    "a three-dimensional framework"],
        "electronic": ["metallic", "narrow-gap semiconductor", "semiconducting",
                       "wide band gap", "high-k dielectric", "high refractive index"],
        "mechanical": ["hard", "stiff", "soft"],
        "density": ["dense", "light"],
    }  # fmt: skip
    return tuple((group, phrase) for group, phrases in groups.items() for phrase in phrases)
