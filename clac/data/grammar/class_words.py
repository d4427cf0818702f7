"""Other ways to say the class of a compound: the 17 anion classes and the intermetallics.

Fragments begin with a noun and have no article; acts are predicates without a subject.
"""

from __future__ import annotations

from collections.abc import Mapping

from clac.data.grammar.voice import article

_ANIONS: Mapping[str, tuple[str, ...]] = {
    "oxide": ("oxygen",),
    "fluoride": ("fluorine",),
    "chloride": ("chlorine",),
    "bromide": ("bromine",),
    "iodide": ("iodine",),
    "nitride": ("nitrogen",),
    "sulfide": ("sulfur", "sulphur"),
    "selenide": ("selenium",),
    "telluride": ("tellurium",),
    "hydride": ("hydrogen",),
    "carbide": ("carbon",),
    "phosphide": ("phosphorus",),
    "arsenide": ("arsenic",),
    "antimonide": ("antimony",),
    "boride": ("boron",),
    "silicide": ("silicon",),
    "germanide": ("germanium",),
}
"""spellings of the element that gives the class its name"""
_FRAGMENTS: tuple[str, ...] = (
    "compound whose anion is {e}",
    "crystal whose main anion is {e}",
    "solid with {e} as the anion",
    "material with {e} as its principal anion",
    "material in which {e} plays the role of the anion",
    "structure with {e} on the anion sites",
    "compound with {e} as the anion-forming element",
    "solid in which {e} acts as the anion",
    "phase with {e} as the anionic component",
    "crystal with {e} as the formal anion",
    "solid in which {e} is the strongest anion former",
    "compound named for its {e} anion",
    "{e}-anion compound",
    "crystal classed as {a}",
    "substance that chemists call {a}",
    "compound from the group of {c}s",
    "member of the {c}s",
    "kind of {c}",
    "sort of {c}",
    "example of {a}",
    "{c} of one or more elements",
    "{c}, simple or complex",
    "{c} in crystal form",
    "{c} crystal lattice",
)
"""a: the class with its article, c: the class, e: its element"""
_ACTS: tuple[str, ...] = (
    "has {e} as its anion",
    "has {e} for its main anion",
    "uses {e} as the anion",
    "takes {e} as its anion",
    "combines its elements with {e} as the anion",
    "places {e} on its anion sites",
    "gives {e} the role of the anion",
    "contains {e} as the principal anion",
    "is named {a} after its anion",
    "is what chemists call {a}",
    "is {a} by its chemistry",
    "ranks among the {c}s",
    "is part of the {c} family",
    "represents the {c}s",
)
_MORE_FRAGMENTS: Mapping[str, tuple[str, ...]] = {
    "oxide": (
        "oxidic compound", "oxidic solid", "oxidic crystal", "oxidic material",
        "inorganic oxide", "oxide-based crystalline solid", "crystal with O2- as the formal anion",
        "solid built on oxide anions", "material from oxide chemistry",
        "solid oxide of some element or other", "oxide of one element or of several",
        "solid whose elements are bound to oxygen as the anion",
        "compound that is filed under the oxides", "oxide lattice",
        "mixed or simple oxide", "oxide, whatever the cations",
        "compound of oxygen in its role as an anion",
    ),
    "fluoride": (
        "compound containing fluorine", "fluorine-containing compound", "fluorine compound",
        "solid with fluorine in it", "crystal that has fluorine among its elements",
        "fluorine-bearing solid", "crystal with F- as the formal anion",
        "compound of fluorine with less electronegative elements", "fluoro compound",
        "compound of the most electronegative element of all", "fluorine-based crystal",
        "solid in which fluorine is the most electronegative element",
        "material in which fluorine outranks every other anion",
        "fluoride of some element or other",
        "solid built on fluoride anions", "fluoride, whatever the cations",
    ),
    "chloride": (
        "compound of chlorine with less electronegative elements",
        "chlorine compound with no stronger anion former in it",
        "chlorine compound free of oxygen and fluorine", "crystal with Cl- as the formal anion",
        "solid in which chlorine is the most electronegative element",
        "compound of chlorine and more electropositive elements",
        "chlorine-based compound without oxygen", "chloride of some element or other",
        "solid built on chloride anions", "chloride, whatever the cations",
        "lattice with chloride on the anion positions",
        "crystal in which chlorine leads the anions",
        "compound that is filed under the chlorides",
    ),
    "bromide": (
        "compound of bromine with less electronegative elements",
        "solid in which bromine is the most electronegative element",
        "bromine compound with nothing more electronegative in it",
        "compound of bromine and more electropositive elements",
        "bromine-based compound without oxygen", "bromide of some element or other",
        "crystal with Br- as the formal anion", "solid built on bromide anions",
        "bromide, whatever the cations", "crystal in which bromine leads the anions",
        "compound that is filed under the bromides", "solid with bromide on the anion positions",
        "compound in which bromine accepts the electrons",
    ),
    "iodide": (
        "compound of iodine with less electronegative elements",
        "solid in which iodine is the most electronegative element",
        "iodine compound with nothing more electronegative in it",
        "compound of iodine and more electropositive elements",
        "iodine-based compound without oxygen", "iodide of some element or other",
        "solid built on iodide anions", "iodide, whatever the cations",
        "crystal in which iodine leads the anions", "compound that is filed under the iodides",
        "solid with iodide on the anion positions", "compound in which iodine takes electrons",
        "material from iodide chemistry",
    ),
    "nitride": (
        "nitridic compound", "nitridic solid", "nitridic material", "inorganic nitride",
        "material from nitride chemistry", "nitride of some element or other",
        "nitrogen compound of the nitride sort", "solid built on nitride anions",
        "nitride, whatever the cations", "compound that is filed under the nitrides",
        "nitride lattice", "lattice with nitrogen as its anion",
        "crystal in which nitrogen leads the anions",
        "nitrogen phase of the nitride kind",
        "compound of nitrogen, the nitrogen being the negative partner",
    ),
    "sulfide": (
        "sulphide compound of the inorganic kind", "inorganic sulfide", "inorganic sulphide",
        "sulfidic compound", "sulphidic compound", "sulfidic solid", "sulphidic material",
        "compound of sulfur with less electronegative elements",
        "compound of sulphur and more electropositive elements",
        "solid in which sulfur is the most electronegative element",
        "sulphur compound with nothing more electronegative in it",
        "material from sulfide chemistry", "sulfide of some element or other",
        "solid built on sulfide anions", "sulphide, whatever the cations",
        "crystal in which sulphur leads the anions", "compound that is filed under the sulfides",
    ),
    "selenide": (
        "inorganic selenide", "compound of selenium with less electronegative elements",
        "compound of selenium and more electropositive elements",
        "solid in which selenium is the most electronegative element",
        "selenium compound with nothing more electronegative in it",
        "material from selenide chemistry", "selenide of some element or other",
        "solid built on selenide anions", "selenide, whatever the cations",
        "crystal in which selenium leads the anions", "selenide lattice",
        "compound that is filed under the selenides", "selenium-based compound without oxygen",
    ),
    "telluride": (
        "inorganic telluride", "compound of tellurium with metals or semi-metals",
        "compound of tellurium free of nonmetals", "material from telluride chemistry",
        "tellurium compound without any nonmetal", "telluride of some element or other",
        "tellurium-based compound with no nonmetal in it", "telluride, whatever the cations",
        "crystal in which tellurium leads the anions", "telluride lattice",
        "compound that is filed under the tellurides", "compound that binds tellurium as its anion",
        "solid with tellurium on the negative side",
    ),
    "hydride": (
        "compound of a metal with hydrogen", "compound of one or more metals and hydrogen",
        "metal-hydrogen compound", "metal-hydrogen phase", "metal-hydrogen crystal",
        "hydrogen compound of a metal", "solid whose only nonmetal is hydrogen",
        "crystal with hydrogen as its sole nonmetal", "metal combined with hydrogen",
        "metal compound with hydrogen and no other nonmetal",
        "solid that holds hydrogen as hydride", "hydride of a metal or of several metals",
        "solid in which hydrogen is combined with metals", "inorganic hydride",
        "compound that is filed under the hydrides", "material from hydride chemistry",
        "hydride, whatever the metals",
    ),
    "carbide": (
        "carbidic compound", "carbidic solid", "carbidic phase", "inorganic carbide",
        "solid whose only nonmetal is carbon", "crystal with carbon as its sole nonmetal",
        "compound of carbon with metals or semi-metals",
        "compound of carbon and more electropositive elements",
        "carbon compound without any other nonmetal", "carbide of some element or other",
        "material from carbide chemistry", "carbide, whatever its other elements",
        "carbon-based phase of the carbide kind",
        "compound that is filed under the carbides", "carbide lattice",
    ),
    "phosphide": (
        "inorganic phosphide", "solid whose only nonmetal is phosphorus",
        "crystal with phosphorus as its sole nonmetal",
        "compound of phosphorus with metals or semi-metals",
        "phosphorus compound without any other nonmetal", "phosphide of some element or other",
        "material from phosphide chemistry", "phosphide, whatever its other elements",
        "compound that binds phosphorus as its anion", "phosphorus compound of the phosphide kind",
        "compound that is filed under the phosphides", "phosphide lattice",
        "crystal in which phosphorus leads the anions",
    ),
    "arsenide": (
        "inorganic arsenide", "compound of arsenic with metals or semi-metals",
        "arsenic compound without any nonmetal", "compound of arsenic free of nonmetals",
        "arsenide of some element or other", "material from arsenide chemistry",
        "arsenide, whatever its other elements", "compound that binds arsenic as its anion",
        "arsenic-based compound with no nonmetal in it", "arsenide lattice",
        "compound that is filed under the arsenides", "crystal in which arsenic leads the anions",
        "solid with arsenic on the negative side",
    ),
    "antimonide": (
        "inorganic antimonide", "compound of antimony with metals",
        "compound of a metal with antimony", "metal-antimony compound", "metal-antimony phase",
        "antimony compound of one or more metals", "antimonide lattice",
        "stibide", "antimonide of a metal or of several metals",
        "material from antimonide chemistry", "antimonide, whatever the metals",
        "compound that is filed under the antimonides", "solid that binds metals to antimony",
        "metal combined with antimony", "phase formed by antimony and metals",
    ),
    "boride": (
        "inorganic boride", "compound of boron with metals", "compound of a metal with boron",
        "metal-boron compound", "metal-boron phase", "metal-boron crystal",
        "boron compound of one or more metals", "boron compound without any nonmetal",
        "boride of a metal or of several metals", "material from boride chemistry",
        "boride, whatever the metals", "compound that is filed under the borides",
        "solid that binds metals to boron", "boron-based metal compound with no nonmetal in it",
        "metal combined with boron",
    ),
    "silicide": (
        "compound of silicon with metals only", "compound of a metal with silicon",
        "metal-silicon compound", "metal-silicon phase", "metal-silicon crystal",
        "silicon compound of one or more metals", "compound of metals and silicon alone",
        "solid made of silicon and metals, nothing else", "metal combined with silicon",
        "silicide of a metal or of several metals", "material from silicide chemistry",
        "silicide, whatever the metals", "compound that is filed under the silicides",
        "phase formed by silicon and metals", "metal compound in which silicon is the only partner",
        "inorganic silicide",
    ),
    "germanide": (
        "compound of germanium with metals", "compound of a metal with germanium",
        "metal-germanium compound", "metal-germanium phase", "metal-germanium crystal",
        "germanium compound of one or more metals", "germanide lattice",
        "germanide of a metal or of several metals", "material from germanide chemistry",
        "germanide, whatever the metals", "compound that is filed under the germanides",
        "phase formed by germanium and metals", "metal combined with germanium",
        "inorganic germanide",
    ),
}  # fmt: skip
_MORE_ACTS: Mapping[str, tuple[str, ...]] = {
    "oxide": (
        "counts oxide ions among its building blocks", "is oxidic",
        "joins its other elements to oxygen as the anion",
    ),
    "fluoride": (
        "contains fluorine", "has fluorine in it",
        "has fluorine as its most electronegative element",
        "counts fluoride ions among its building blocks", "combines fluorine with other elements",
    ),
    "chloride": (
        "has chlorine as its most electronegative element",
        "contains chlorine and no stronger anion former",
        "counts chloride ions among its building blocks",
    ),
    "bromide": (
        "has bromine as its most electronegative element",
        "contains bromine and nothing more electronegative",
        "counts bromide ions among its building blocks",
    ),
    "iodide": (
        "has iodine as its most electronegative element",
        "contains iodine and nothing more electronegative",
        "counts iodide ions among its building blocks",
    ),
    "nitride": (
        "is nitridic", "counts nitride ions among its building blocks",
        "binds its other elements to nitrogen as the anion",
    ),
    "sulfide": (
        "is sulfidic", "is sulphidic", "has sulfur as its most electronegative element",
        "contains sulphur and nothing more electronegative",
        "counts sulfide ions among its building blocks",
    ),
    "selenide": (
        "has selenium as its most electronegative element",
        "contains selenium and nothing more electronegative",
        "counts selenide ions among its building blocks",
    ),
    "telluride": (
        "combines tellurium with metals or semi-metals", "contains tellurium and no nonmetal",
        "joins tellurium to metals or semi-metals",
    ),
    "hydride": (
        "combines hydrogen with metals", "has hydrogen as its only nonmetal",
        "contains metal and hydrogen and no other nonmetal", "binds hydrogen to a metal",
    ),
    "carbide": (
        "is carbidic", "combines carbon with metals or semi-metals",
        "has carbon as its only nonmetal", "contains carbon and no other nonmetal",
    ),
    "phosphide": (
        "combines phosphorus with metals or semi-metals", "has phosphorus as its only nonmetal",
        "contains phosphorus and no other nonmetal",
    ),
    "arsenide": (
        "combines arsenic with metals or semi-metals", "contains arsenic and no nonmetal",
        "joins arsenic to metals or semi-metals",
    ),
    "antimonide": (
        "combines antimony with metals", "binds metals to antimony",
        "joins antimony and at least one metal in one compound",
    ),
    "boride": (
        "combines boron with metals", "binds metals to boron",
        "joins boron and at least one metal in one compound",
    ),
    "silicide": (
        "combines silicon with metals only", "binds metals to silicon",
        "contains metals and silicon, nothing else",
        "has silicon as the only partner of its metals",
    ),
    "germanide": (
        "combines germanium with metals", "binds metals to germanium",
        "joins germanium and at least one metal in one compound",
    ),
}  # fmt: skip
_INTERMETALLIC: tuple[str, ...] = (
    "metals-only compound", "metals-only phase", "metals-only material", "metal-only solid",
    "compound with nothing but metals in it", "solid made of metals and nothing else",
    "combination of metals", "metal-with-metal compound", "compound of metallic elements",
    "compound composed solely of metallic elements", "crystal in which metal meets metal",
    "phase formed by metals among themselves", "substance with metals as its only ingredients",
    "alloy-like compound", "crystal of alloyed metals", "compound with only metals in its formula",
    "solid whose constituents are all metals", "phase of an alloy system", "intermetallic alloy",
    "crystal with two or more metals and no other element", "alloy of at least two metals",
    "compound in which all atoms are metal atoms", "all-metal crystal", "all-metal solid",
    "all-metal material", "metallic alloy", "crystal with metal on every site",
    "compound in which metals combine with metals", "structure occupied by metals only",
    "alloy crystal", "inter-metallic", "inter-metallic compound", "alloy made of metals alone",
    "compound of metals with each other", "alloyed-metal phase",
    "combination of metallic elements only", "material whose every element is metallic",
    "compound without any nonmetal or semi-metal", "metal-plus-metal phase",
    "blend of metals in one crystal", "crystalline phase of metals only",
)  # fmt: skip
_INTERMETALLIC_ACTS: tuple[str, ...] = (
    "contains metals only", "is made of metals and nothing else", "combines metals with metals",
    "joins two or more metals", "has only metals among its elements", "consists of metals alone",
    "contains metallic elements only", "is composed solely of metals",
    "alloys metals with one another", "is an alloy of at least two metals",
    "brings metals together in one compound", "has a metal on every site",
    "puts metal atoms on all of its sites", "is a metals-only phase",
    "has nothing but metals in its formula", "is formed by metals among themselves",
    "has no element that is not a metal",
)  # fmt: skip


def fill(
    templates: tuple[str, ...], elements: Mapping[str, tuple[str, ...]], word: str
) -> tuple[str, ...]:
    """Write the templates of one class, each once, in every spelling of its element."""
    written: dict[str, None] = {}
    for element in elements[word]:
        noun = word.replace("sulf", "sulph") if "sulph" in element else word
        for text in templates:
            written[text.format(a=article(noun), c=noun, e=element)] = None
    return tuple(written)


CLASS_DESCRIPTIONS: Mapping[str, tuple[str, ...]] = {
    **{word: (*fill(_FRAGMENTS, _ANIONS, word), *_MORE_FRAGMENTS[word]) for word in _ANIONS},
    "intermetallic": _INTERMETALLIC,
}
"""noun phrases without an article, by class"""
CLASS_ACTS: Mapping[str, tuple[str, ...]] = {
    **{word: (*fill(_ACTS, _ANIONS, word), *_MORE_ACTS[word]) for word in _ANIONS},
    "intermetallic": _INTERMETALLIC_ACTS,
}
"""predicates without a subject, by class"""
