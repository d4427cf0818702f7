"""Multiple choice: which of four statements is true of a crystal of the test split.

    python -m benchmarks.multiple_choice [--model FOLDER] [--cache FOLDER]

The statements of a question have one string format and are near misses of each other, shuffled.
Chance is 0.25. No set of four tells by itself which is true:
structure: space group and structure type; of a random crystal, one more of its space group where
    there is one, then of its crystal system, then any. Any of the four is then chosen to be true.
element: formulas that differ in one element, first of the same families; all known to exist.
amounts: formulas of the same elements in other amounts; all known to exist.
oxide: anions of one group or row of the periodic table; any of the four is chosen to be true.
"blind": the choice nearest to the mean of all test crystals, which asks whether the choices give
the answer away all the same: wrong formulas may be of the training split, true ones are not.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from benchmarks import report, testset
from benchmarks.testset import SEED
from clac.data.chemistry import FAMILIES, SYMBOLS
from clac.data.facts import Facts
from clac.data.grammar.voice import article
from clac.data.symmetry import reduced_formula
from clac.embed import Embedder

QUESTIONS = 2_000
"""of structures and anions; half as many of either kind of formula"""
CHOICES = 4
ANIONS: tuple[tuple[tuple[str, str], ...], ...] = (
    (("N", "nitride"), ("P", "phosphide"), ("As", "arsenide"), ("Sb", "antimonide")),
    (("O", "oxide"), ("S", "sulfide"), ("Se", "selenide"), ("Te", "telluride")),
    (("F", "fluoride"), ("Cl", "chloride"), ("Br", "bromide"), ("I", "iodide")),
)
"""groups of the periodic table, each from the second period down"""
Amounts = tuple[tuple[str, int], ...]
"""elements in alphabetical order and their atoms in the reduced formula"""


@dataclass(frozen=True, slots=True)
class Question:
    """Four statements about a crystal."""

    row: int
    """of the test split"""
    choices: tuple[str, ...]
    right: int
    """place of the true one"""


def main() -> None:
    """Ask, and write the result file and the plot."""
    given = testset.arguments(__doc__).parse_args()
    everything = testset.load(given.model, given.cache, everything=True)
    test = everything.pairs.take(everything.rows("test"))
    crystals = testset.encode_crystals(test, given.model)
    known = {_amounts(f) for f in everything.pairs.facts if len(f.elements) > 1}
    forms: Mapping[str, Callable[[], Iterator[Question]]] = {
        "structure": lambda: structure(test.facts),
        "element": lambda: element(test.facts, known),
        "amounts": lambda: amounts(test.facts, known),
        "oxide": lambda: oxide(test.facts),
    }
    results = {}
    for name, ask in forms.items():
        results[name] = one = measure(list(ask()), crystals, everything.embedder)
        print(
            f"{name:9s} {one['questions']} questions on {one['crystals']} crystals  accuracy "
            f"{one['accuracy']:.4f}  95% {one['interval'][0]:.3f} to {one['interval'][1]:.3f}  "
            f"chance {1 / CHOICES:.2f}  blind {one['blind']:.3f}"
        )
    plot(results)
    report.write("multiple_choice", {
        "model_id": everything.embedder.model_id, "items": len(test), "chance": 1 / CHOICES,
        "results": results,
    })  # fmt: skip


def measure(
    questions: Sequence[Question], crystals: np.ndarray, embedder: Embedder
) -> dict[str, Any]:
    """Score the choice of the greatest cosine, and the guess that never sees the crystal."""
    texts = sorted({text for q in questions for text in q.choices})
    place = {text: i for i, text in enumerate(texts)}
    vectors = testset.encode_texts(texts, embedder, "choices")
    shown = vectors[[[place[text] for text in q.choices] for q in questions]]
    right = np.array([q.right for q in questions])
    asked = crystals[[q.row for q in questions]]
    hits = np.einsum("qcd,qd->qc", shown, asked).argmax(axis=1) == right
    blind = (shown @ crystals.mean(axis=0)).argmax(axis=1) == right
    return {
        "questions": len(questions), "crystals": len({q.row for q in questions}),
        "accuracy": float(hits.mean()), "interval": testset.bootstrap(hits),
        "blind": float(blind.mean()),
        "examples": [{"choices": q.choices, "right": q.right} for q in questions[:3]],
    }  # fmt: skip


def structure(facts: Sequence[Facts]) -> Iterator[Question]:
    """Ask for space group and structure type, of crystals whose type has one common name."""
    rng = random.Random(f"{SEED} structure")
    rows, near = defaultdict[Any, list[int]](list), defaultdict[str, list[Any]](list)
    for i, f in enumerate(facts):
        if len(f.prototype_names) == 1:
            pair = (f.symbol, f.prototype_names[0])
            rows[pair].append(i)
            # Common pairs stand there often, and are drawn often.
            for key in ("any", f.symbol, f.crystal_system):
                near[key].append(pair)
    for _ in range(QUESTIONS):
        first = rng.choice(near["any"])
        f = facts[rows[first][0]]
        pairs = draw(rng, [first], (near[f.symbol], 2), (near[f.crystal_system], 4),
                     (near["any"], 4))  # fmt: skip
        yield any_of(rng, pairs, rows, lambda pair: f"space group {pair[0]}, {pair[1]} structure")


def element(facts: Sequence[Facts], known: set[Amounts]) -> Iterator[Question]:
    """Ask for one element of a formula."""
    rng = random.Random(f"{SEED} element")
    swaps = defaultdict[Any, set[str]](set)
    for one in known:
        for i, (symbol, n) in enumerate(one):
            swaps[one[:i] + one[i + 1 :], n].add(symbol)
    questions = 0
    for one, row in _formulas(rng, facts):
        place = rng.randrange(len(one))
        rest, (symbol, n) = one[:place] + one[place + 1 :], one[place]
        others = sorted(swaps[rest, n] - {symbol})
        near = [x for x in others if any({x, symbol} <= members for members in FAMILIES.values())]
        chosen = draw(rng, [symbol], (near, 4), (others, 4))
        if len(chosen) == CHOICES and questions < QUESTIONS // 2:
            questions += 1
            yield question(rng, row, [formula((*rest, (x, n))) for x in chosen])


def amounts(facts: Sequence[Facts], known: set[Amounts]) -> Iterator[Question]:
    """Ask for the amounts in a formula."""
    rng = random.Random(f"{SEED} amounts")
    systems = defaultdict[Any, list[Amounts]](list)
    for one in sorted(known):
        systems[tuple(symbol for symbol, _ in one)].append(one)
    questions = 0
    for one, row in _formulas(rng, facts):
        chosen = draw(rng, [one], (systems[tuple(symbol for symbol, _ in one)], 4))
        if len(chosen) == CHOICES and questions < QUESTIONS // 2:
            questions += 1
            yield question(rng, row, [formula(x) for x in chosen])


def oxide(facts: Sequence[Facts]) -> Iterator[Question]:
    """Ask for the anion, of crystals with only one of the elements of ANIONS."""
    rng = random.Random(f"{SEED} oxide")
    rows, near = defaultdict[str, list[int]](list), {}
    for group in ANIONS:
        for period, (_, noun) in enumerate(group):
            near[noun] = [n for _, n in group] + [other[period][1] for other in ANIONS]
    # With two of these elements more than one noun can be true.
    symbols = {symbol for group in ANIONS for symbol, _ in group}
    for i, f in enumerate(facts):
        if len(symbols.intersection(f.elements)) == 1:
            rows["".join(f.classes[:1])].append(i)
    for _ in range(QUESTIONS):
        first = rng.choice(list(near))
        yield any_of(rng, draw(rng, [first], (near[first], 4)), rows,
                     lambda noun: f"the compound is {article(noun)}")  # fmt: skip


def draw(rng: random.Random, found: list[Any], *tiers: tuple[Sequence[Any], int]) -> list[Any]:
    """Add different choices from one pool after the other, each until there are so many."""
    for pool, up_to in tiers:
        options = [x for x in pool if x not in found]
        while len(found) < up_to and options:
            found.append(rng.choice(options))
            options = [x for x in options if x != found[-1]]
    return found


def any_of(
    rng: random.Random,
    choices: Sequence[Any],
    rows: Mapping[Any, Sequence[int]],
    say: Callable[[Any], str],
) -> Question:
    """Choose which of four is to be true, and a crystal of which it is."""
    true = rng.choice(choices)
    others = [say(x) for x in choices if x != true]
    return question(rng, rng.choice(rows[true]), [say(true), *others])


def question(rng: random.Random, row: int, choices: Sequence[str]) -> Question:
    """Shuffle choices, the first of which is true."""
    order = rng.sample(range(CHOICES), CHOICES)
    return Question(row, tuple(choices[i] for i in order), order.index(0))


def formula(one: Amounts) -> str:
    """Say a formula, its elements in the order of the data's own formulas."""
    numbers = [SYMBOLS.index(symbol) for symbol, n in one for _ in range(n)]
    return f"a crystal of composition {reduced_formula(np.array(numbers))}"


def _formulas(rng: random.Random, facts: Sequence[Facts]) -> list[tuple[Amounts, int]]:
    """Return each formula of two elements or more once, with a crystal, shuffled."""
    rows = {_amounts(f): i for i, f in enumerate(facts) if len(f.elements) > 1}
    return rng.sample(sorted(rows.items()), len(rows))


def _amounts(f: Facts) -> Amounts:
    return tuple(sorted(zip(f.elements, f.amounts)))


def plot(results: Mapping[str, Mapping[str, Any]]) -> None:
    """Draw accuracy with its interval beside the blind guess and chance."""
    figure = Figure(figsize=(6.5, 4), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(results))
    for shift, key, label in ((-0.18, "accuracy", "model"), (0.18, "blind", "blind")):
        axes.bar(places + shift, [v[key] for v in results.values()], 0.34, label=label)
    for place, values in zip(places, results.values()):
        axes.plot([place - 0.18] * 2, values["interval"], "k-", linewidth=1.5)
    axes.axhline(1 / CHOICES, color="k", linestyle=":", label="chance")
    axes.set_xticks(places, [f"{name}\n({v['questions']})" for name, v in results.items()])
    axes.set(ylabel="accuracy, one of four", ylim=(0, 1.02), xlabel="form (questions)")
    axes.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    figure.savefig(report.RESULTS / "multiple_choice.png", dpi=150)


if __name__ == "__main__":
    main()
