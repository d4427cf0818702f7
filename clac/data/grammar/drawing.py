"""Makes statements: all of one kind, or some drawn by weight."""

from __future__ import annotations

from collections.abc import Sequence

from clac.data.grammar.voice import Form, T, Voice
from clac.data.grammar.weights import Statement


def say(v: Voice, statement: Statement, form: Form) -> str:
    """Make a statement; what cannot be said claims nothing."""
    mark = len(v.claims)
    text = statement(v, form)
    if not text:
        v.unsay(mark)
    return text


def draw(
    v: Voice,
    options: Sequence[tuple[Statement, float]],
    form: Form,
    n: int,
    taken: set[Statement],
) -> list[str]:
    """Make up to n statements that are not taken, drawn by weight among those that can be made."""
    found: list[str] = []
    total = sum(weight for _, weight in options)
    for _ in range(12):
        if len(found) >= n:
            break
        at, dice = 0, v.dice() * total
        while dice >= options[at][1] and at < len(options) - 1:
            dice -= options[at][1]
            at += 1
        statement = options[at][0]
        if statement in taken:
            continue
        text = say(v, statement, form)
        if text:
            taken.add(statement)
            found.append(text)
    return found


def shuffle(v: Voice, items: list[T]) -> None:
    """Put items into any order."""
    for i in range(len(items) - 1, 0, -1):
        j = int(v.dice() * (i + 1))
        items[i], items[j] = items[j], items[i]
