"""How single elements and anions are worded: tables for `say_elements`."""

from __future__ import annotations

from collections.abc import Mapping

from clac.data.grammar.composition_words import Wordings

ONE: Mapping[str, Wordings] = {
    "predicate": (
        ("contains {}",),
        ("has {} in it", "includes {}", "is based on {}", "is {}-based", "contains {} atoms",
         "has {} among its elements", "has {} as a constituent", "is {}-containing",
         "has {} in its formula", "incorporates {}", "features {}", "is {}-bearing",
         "has some {} in it", "has {} in its composition", "is made with {}", "is built with {}",
         "includes {} atoms", "has {} as one of its elements", "is a compound of {}",
         "is a compound containing {}", "counts {} among its elements", "is a compound with {}",
         "does contain {}", "has {} inside", "involves {}", "contains the element {}",
         "has {} as a component"),
    ),
    "fragment": (
        ("containing {}", "with {}", "{}-containing"),
        ("compounds of {}", "{} compound", "compound of {}", "with {} among its elements",
         "{} as a constituent", "{}-bearing", "with {} in it", "based on {}", "{}-based",
         "that contains {}", "with some {}", "contains {}", "{} containing", "including {}",
         "with {} atoms", "has {} in it", "having {}", "with {} inside", "that has {} in it",
         "with {} in the formula", "whose formula includes {}", "whose elements include {}",
         "with {} as one of its elements", "in which {} occurs", "made with {}",
         "with the element {}", "containing the element {}", "{} present", "{} based",
         "that includes {}", "{} compounds", "built with {}", "with {} as a component",
         "contains {} atoms", "has {}", "some {} in it", "{} in the composition",
         "compound with {}", "must contain {}", "should contain {}",
         "element: {}", "{} material"),
    ),
}  # fmt: skip
TWO: Mapping[str, Wordings] = {
    "adjective": (("{a}- and {b}-containing",), ("{a}- and {b}-based", "{a}- and {b}-bearing")),
    "predicate": (
        ("contains {a} and {b}", "contains both {a} and {b}"),
        ("has {a} and {b} in it", "includes both {a} and {b}", "is based on {a} and {b}",
         "combines {a} with {b}", "contains {a} as well as {b}", "has both {a} and {b}",
         "contains {a} together with {b}", "has {a} and {b} among its elements",
         "includes {a} and {b}", "features both {a} and {b}", "combines {a} and {b}",
         "contains {a} alongside {b}", "contains {a} and also {b}", "has both {a} and {b} in it",
         "has {a} and {b} as constituents", "brings {a} and {b} together",
         "contains not only {a} but also {b}", "is made with {a} and {b}",
         "has {a} as well as {b} in its formula"),
    ),
    "fragment": (
        ("containing {a} and {b}", "with {a} and {b}"),
        ("contains both {a} and {b}", "{a}- and {b}-containing", "with both {a} and {b}",
         "that contains {a} and {b}", "containing {a} as well as {b}", "with {a} and {b} in it",
         "containing both {a} and {b}", "with {a} as well as {b}", "{a} and {b} in it",
         "{a} together with {b}", "with {a} and also {b}", "including {a} and {b}",
         "both {a} and {b}", "{a} plus {b}", "that has both {a} and {b}", "{a} and {b} together",
         "whose elements include {a} and {b}", "has {a} and {b}", "with {a} along with {b}",
         "contains {a} and {b}", "having both {a} and {b}", "based on {a} and {b}",
         "in which both {a} and {b} occur", "that combines {a} with {b}",
         "with {a} and {b} among its elements", "with {a} and {b} in the formula",
         "made with {a} and {b}", "{a} and {b} both present"),
    ),
}  # fmt: skip
NO: Mapping[str, Wordings] = {
    "adjective": (("{}-free",), ("{} free",)),
    "predicate": (
        ("contains no {}", "does not contain {}"),
        ("is free of {}", "is {}-free", "has no {} in it", "contains no {} at all", "lacks {}",
         "is devoid of {}", "has no {}", "does not contain any {}", "does without {}",
         "contains no {} atoms", "is without {}", "has no {} in its formula", "excludes {}",
         "does not have {} in it", "is made without {}", "does not include {}",
         "has no {} among its elements", "is a compound free of {}"),
    ),
    "fragment": (
        ("no {}", "{}-free", "without {}"),
        ("free of {}", "{} free", "no {} in it", "containing no {}", "without any {}",
         "with no {}", "not containing {}", "that contains no {}", "lacking {}", "devoid of {}",
         "excluding {}", "without {} in it", "that does not contain {}", "contains no {}",
         "does not contain {}", "free from {}", "has no {}", "must not contain {}",
         "that has no {} in it", "that is free of {}", "should not contain {}", "no {} at all",
         "without the element {}", "{} not included", "no {} atoms",
         "in which there is no {}", "made without {}", "not including {}"),
    ),
}  # fmt: skip
NEITHER: Mapping[str, Wordings] = {
    "adjective": (("{a}- and {b}-free",), ("{a}-free and {b}-free",)),
    "predicate": (
        ("contains neither {a} nor {b}",),
        ("has no {a} and no {b} in it", "is free of {a} and {b}", "does not contain {a} or {b}",
         "has neither {a} nor {b} in it", "contains no {a} and no {b}", "lacks both {a} and {b}",
         "is free of both {a} and {b}", "is devoid of {a} and {b}", "contains no {a} or {b}",
         "does not contain either {a} or {b}", "is {a}-free and {b}-free", "lacks {a} and {b}",
         "does without {a} and {b}", "has no {a} or {b} in it", "is made without {a} or {b}",
         "excludes both {a} and {b}", "includes neither {a} nor {b}"),
    ),
    "fragment": (
        ("without {a} or {b}", "no {a} or {b}", "free of {a} and {b}"),
        ("with neither {a} nor {b}", "{a}- and {b}-free", "no {a}, no {b}",
         "containing no {a} or {b}", "neither {a} nor {b}", "without {a} and {b}",
         "containing neither {a} nor {b}", "that contains neither {a} nor {b}",
         "no {a} and no {b}", "{a}-free and {b}-free", "free of both {a} and {b}",
         "lacking {a} and {b}", "with no {a} and no {b}", "devoid of {a} and {b}",
         "excluding {a} and {b}", "not containing {a} or {b}", "contains no {a} or {b}",
         "that has no {a} or {b}", "lacking both {a} and {b}", "contains neither {a} nor {b}",
         "without any {a} or {b}", "in which neither {a} nor {b} occurs", "free from {a} and {b}",
         "must not contain {a} or {b}", "made without {a} or {b}", "with no {a} or {b} in it"),
    ),
}  # fmt: skip

ANION: Mapping[str, Wordings] = {
    "predicate": (
        ("has {} as the anion", "has {} as its anion"),
        ("is a compound whose anion is {}", "is a compound with {} as the anion",
         "has {} for its anion", "is a compound in which {} is the anion",
         "has {} in the role of the anion", "uses {} as its anion",
         "is a compound in which {} acts as the anion", "has {} as its anionic element",
         "has {} on its anion sites", "takes {} as its anion",
         "has {} as its negative partner"),
    ),
    "fragment": (
        ("{} as the anion", "whose anion is {}", "{} is the anion", "anion is {}",
         "with {} as anion"),
        ("compound whose anion is {}", "compound with {} as the anion", "anion: {}",
         "in which {} is the anion", "compound in which {} is the anion", "the anion is {}",
         "material whose anion is {}", "with {} in the role of the anion", "anion {}",
         "{} acts as the anion",
         "{} as anion", "anion = {}", "{} serves as the anion", "with {} for its anion",
         "anionic element: {}", "where {} is the anion", "with {} on the anion sites",
         "its anion is {}",
         "with {} acting as the anion", "solid whose anion is {}", "{} on the anion site",
         "anion element {}", "anion species: {}"),
    ),
}  # fmt: skip
IONS: Mapping[str, Wordings] = {
    "predicate": (
        ("contains {w} anions", "contains {w} ions"),
        ("has {w} ions in it", "has {w} anions", "has {e} anions",
         "contains {e} anions", "has anions of {e}", "is built with {w} anions",
         "has {w} ions as its anions", "includes {w} ions", "is a compound with {w} anions"),
    ),
    "fragment": (
        ("{w} anions", "{w} ions", "with {w} anions", "with {w} ions"),
        ("{e} anions", "with {e} anions", "anions of {e}", "contains {w} ions",
         "containing {w} anions", "{w} anion", "whose anions are {e}", "with anions of {e}",
         "compound with {w} ions", "compound of {w} anions", "{w} as the anion", "anion: {w}",
         "whose anions are {w} ions",
         "that contains {w} ions", "{w} ion as the anion", "the anion is {w}",
         "in which the anions are {e}"),
    ),
}  # fmt: skip
"""of ionic compounds; w: oxide, e: oxygen"""
BESIDE: Mapping[str, tuple[str, ...]] = {
    "predicate": ("contains {w} anions", "contains {w} ions", "has {w} ions in it",
                  "includes {w} ions"),
    "fragment": ("with {w} anions", "with {w} ions", "containing {w} ions", "contains {w} ions"),
}  # fmt: skip
"""where there may be other anions too"""

GROUPS_OF: Mapping[str, Wordings] = {
    "predicate": (
        ("contains {}", "has {}"),
        ("includes {}", "has {} in it", "features {}", "is built with {}", "is made with {}",
         "is a compound with {}", "has {} in its structure", "is based on {}"),
    ),
    "fragment": (
        ("{}", "with {}", "containing {}", "contains {}"),
        ("that contains {}", "has {}", "with {} in it", "made with {}", "built with {}",
         "including {}", "compound with {}", "{} present", "based on {}", "having {}",
         "whose anions include {}", "in which {} occur", "with {} in the structure"),
    ),
}  # fmt: skip
UNITS: tuple[str, ...] = ("groups", "groups", "units", "anions", "ions")
OXO_UNITS: tuple[str, ...] = (*UNITS, "oxyanions", "anion groups")
TETRAHEDRAL: tuple[str, ...] = (*OXO_UNITS, "tetrahedra", "tetrahedra")
"""units of oxyanions of four oxygens"""

CLASS_OF: Mapping[str, Wordings] = {
    "predicate": (
        ("is {n} of {e}", "is {a}-based {c}", "is {a}-containing {c}"),
        ("is one of the {e} {c}s", "is {n} that contains {e}", "is {n} containing {e}",
         "is {n} with {e} in it", "is among the {e} {c}s", "belongs to the {e} {c}s",
         "is {a}-bearing {c}", "is one of the {c}s of {e}", "is {n} with {e}",
         "is {n} based on {e}", "is {n} and contains {e}", "belongs to the {c}s of {e}",
         "is {n} compound with {e}", "is {n} made with {e}", "is {n} in which {e} occurs",
         "is {n} including {e}"),
    ),
    "fragment": (
        ("{c} of {e}", "{e}-based {c}", "{e}-containing {c}", "{c} containing {e}", "{e} {c}s"),
        ("{c} with {e}", "{c}s of {e}", "{e}-bearing {c}", "{c} with {e} in it",
         "{c} that contains {e}", "{c} based on {e}", "{c} compound of {e}", "{c}s with {e}",
         "{c} which contains {e}", "{c} made with {e}", "{c} including {e}", "{c}s containing {e}",
         "{c} material with {e}", "{c} compound containing {e}", "{c} crystal with {e}",
         "{e} containing {c}", "{c} in which {e} occurs", "{c} phase containing {e}",
         "{c} having {e} in it", "{e}-based {c} compound", "{c}s based on {e}",
         "{c} compound with {e}", "{e}-containing {c} phase", "{e}-based {c} material"),
    ),
}  # fmt: skip
"""c: oxide, e: titanium, n: an oxide, a: a titanium"""
