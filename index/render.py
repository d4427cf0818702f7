"""What the command prints: tables for people, JSON lines for programs, progress on stderr."""

from __future__ import annotations

import contextlib
import dataclasses
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from clac.properties import PROPERTIES
from clac.types import PropertyValue, Refusal
from index import terminal
from index.hits import Hits
from index.optimade_filter import write_optimade
from index.terminal import json_line, lines, printable, table
from index.types import Answer, BuildReport, Explanation, Filtered, Hit, Label, Match

if TYPE_CHECKING:
    from index.atlas import Atlas
    from index.build import Progress as ReportProgress
    from index.doctor import Check

_HIT_KEYS = (
    "rank",
    "id",
    "score",
    "formula",
    "space_group",
    "space_group_number",
    "prototype",
    "prototype_name",
    "properties",
    "why",
    "dense",
    "lexical",
)
_FILTER_KEYS = ("text", "passing", "unknown", "missing")
_TITLES = {"descriptor": "descriptors", "caption": "nearest captions", "text": "texts"}
_LONG = ("names", "uses", "prototype")
"""lists that would fill a table's cell, and what has a column of its own"""
_SHOWN_REFUSALS = 20
_SHOWN_WORDS = 10
_SHOWN_FILTER = 300
"""letters of a filter that people are shown"""
_COLUMNS = ((100, 7), (80, 6), (64, 5))
"""least letters across for so many columns of hits"""


def hits(found: Hits, query: str, query_id: str | int | None, as_json: bool) -> None:
    """Print hits as a table, or one object for each; what the filter did stands above or in them.

    Where nothing passes, no hit can say so: a line on stderr does.
    """
    done = found.filtered
    if not found and done is not None and not done.passing:
        asked = f"query {query_id!r}: " if query_id is not None else ""
        notice(asked + "; ".join(_filter_lines(done, found.path)))
        return
    if not as_json:
        heads = ("", "score", "formula", "space group", "prototype", "id", "known")
        order = (0, 1, 2, 5, 3, 4, 6)  # the first to stay where the terminal is narrow
        kept = sorted(order[: next((n for least, n in _COLUMNS if terminal.width() >= least), 4)])
        rows = [_hit_cells(hit) for hit in found]
        behind = any(c.use == "filter" for c in found.understood)
        told = _filter_lines(done, found.path, behind) if done else ()
        lines((*_understood_lines(found), *told))
        table(query, [heads[i] for i in kept], [[row[i] for i in kept] for row in rows])
        return
    left = None if done is None else {name: getattr(done, name) for name in _FILTER_KEYS}
    understood = [
        {"text": c.text, "says": c.says, "filter": write_optimade(c.filter), "use": c.use}
        for c in found.understood
    ]
    for hit in found:
        values = {name: getattr(hit, name) for name in _HIT_KEYS}
        asked = {"query": query, "query_id": query_id, "understood": understood,
                 "relaxed": found.relaxed, "filter": left, "path": found.path}  # fmt: skip
        json_line({**asked, **values})


def matches(found: Sequence[Match], query: str, as_json: bool) -> None:
    """Print matching texts, a table for each kind, or one object for each; ranks count per kind."""
    ranked = list(_ranked(found))
    if as_json:
        for rank, match in ranked:
            asked = {"query": query, "query_id": None, "rank": rank}
            json_line({**asked, **dataclasses.asdict(match)})
        return
    for kind, title in _TITLES.items():
        rows = [
            (str(rank), f"{match.score:.3f}", match.text, match.id or match.group)
            for rank, match in ranked
            if match.kind == kind
        ]
        if rows:
            table(f"{query}: {title}", ("", "score", "text", ""), rows)


def labels(found: Sequence[Label], query: str, task: str, as_json: bool) -> None:
    """Print labels and their probabilities, or one object for each."""
    ranked = list(enumerate(found, start=1))
    if not as_json:
        cells = [(str(i), f"{x.probability:.3f}", f"{x.score:.3f}", x.label) for i, x in ranked]
        table(query, ("", "probability", "score", "label"), cells)
        return
    for rank, label in ranked:
        asked = {"query": query, "query_id": None, "task": task or None, "rank": rank}
        json_line({**asked, **dataclasses.asdict(label)})


def answers(found: Iterable[Answer], as_json: bool) -> None:
    """Print predictions with what they rest on, or one object for each, as they come."""
    for answer in found:
        if as_json:
            json_line({**dataclasses.asdict(answer), "warning": answer.warning or None})
            continue
        lines(_answer_lines(answer))
        cells = [
            (f"{e.weight:.2f}", f"{e.score:.3f}", _short(e.value), e.formula, e.space_group, e.id)
            for e in answer.evidence
        ]
        if cells:
            heads = ("weight", "cosine", "value", "formula", "space group", "id")
            table("evidence", heads, cells)


def explanation(found: Explanation, picture: Path | None, as_json: bool) -> None:
    """Print what a crystal's atoms listen to, the words that move most first, and the picture."""
    if as_json:
        told = {"warning": found.warning or None, "picture": str(picture) if picture else None}
        json_line({**dataclasses.asdict(found), **told})
        return
    unit = f" {found.unit}" if found.unit else ""
    name = PROPERTIES[found.property].label if found.property in PROPERTIES else found.property
    lines([
        f"{found.id} ({found.formula}), {name}: {found.value:.3g}{unit}, read from its graph and: "
        f"{found.description}"
    ])  # fmt: skip
    lines([f"learnt from {found.source}; with an interval and evidence: clac predict"])
    if found.warning:
        lines([f"warning: {found.warning}"])
    looked = [sum(row[i] for row in found.attention) / len(found.attention)
              for i in range(len(found.words))]  # fmt: skip
    order = sorted(range(len(found.words)), key=lambda i: -abs(found.effects[i]))
    moved = f"moves, log10({found.unit})" if found.log_scale else f"moves,{unit}"
    cells = [(found.words[i], f"{found.effects[i]:+.3f}", f"{looked[i]:.3f}")
             for i in order[:_SHOWN_WORDS]]  # fmt: skip
    table("words", ("word", moved, "attention"), cells)
    lines([f"picture: {picture}"])


def atlas(found: Atlas, picture: Path | None, as_json: bool) -> None:
    """Say where the map of a collection is, or print its points, one object for each."""
    if not as_json:
        lines([f"picture: {picture}"])
        return
    ranks = {row: rank for rank, row in enumerate(found.rows, start=1)}
    colours = found.groups if found.values is None else found.values.tolist()
    for row, (id, place, colour) in enumerate(zip(found.ids, found.places.tolist(), colours)):
        known = None if isinstance(colour, float) and colour != colour else colour
        json_line({"id": id, "place": place, "colour": known, "rank": ranks.get(row)})


def checks(found: Iterable[Check], as_json: bool) -> None:
    """Print what was looked at, in a table or as one object for each."""
    if as_json:
        for check in found:
            json_line(dataclasses.asdict(check))
        return
    rows = [(check.state, f"{check.part} {check.name}", check.found) for check in found]
    table("", ("", "what", "found"), rows)
    broken = sum(state == "broken" for state, *_ in rows)
    lines([f"{broken} broken" if broken else "all well"])


def _answer_lines(answer: Answer) -> Iterator[str]:
    """Say what is predicted and how sure it is."""
    name = PROPERTIES[answer.property].label if answer.property in PROPERTIES else answer.property
    unit = f" {answer.unit}" if answer.unit else ""
    asked = f"{answer.id} ({answer.formula}), {name}: {_short(answer.value)}{unit}"
    if answer.interval is not None:
        low, high = (_short(bound) for bound in answer.interval)
        yield f"{asked}, {answer.coverage:.0%} interval {low} to {high}{unit}"
    else:
        chances = ", ".join(f"{k} {p:.2f}" for k, p in list(answer.probabilities.items())[:5])
        yield f"{asked} ({chances}); {answer.coverage:.0%} set: {', '.join(answer.possible)}"
    yield f"learnt from {answer.source}"
    if answer.warning:
        yield f"warning: {answer.warning}"


def _short(value: float | str) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def report(done: BuildReport, as_json: bool) -> None:
    """Print what a build read, kept and refused, and where the list of refusals is."""
    values = {name: _plain(value) for name, value in dataclasses.asdict(done).items()}
    if as_json:
        json_line(values)
        return
    replaced = f", {done.n_replaced} replaced" * bool(done.n_replaced)
    print(
        f"{done.out}: {done.count} structures of {done.n_read} read{replaced}, "
        f"{done.n_refused} refused"
    )
    if done.n_refused:
        print(f"refused: listed with their reasons in {done.refusals}")
    if done.kind:
        measured = "" if done.kind == "exact" else f"; finds {done.recall:.1%} of true neighbours"
        print(f"vectors: {done.kind} ({done.reason}){measured}")
    if done.seconds:
        rate = done.n_read / done.seconds
        print(f"{rate:,.0f} structures a second; one process alone: {_rates(done)}")


def _rates(done: BuildReport) -> str:
    """Say how many crystals a second each stage of a build takes, per process that works at it."""
    rates = ((name, count / max(seconds, 1e-9)) for name, (seconds, count) in done.stages.items())
    return ", ".join(f"{name} {rate:,.0f}" for name, rate in rates)


def changed(folder: Path, what: str, gone: int, count: int, as_json: bool) -> None:
    """Print what became of an index: how many rows went and how many are left."""
    if as_json:
        json_line({"out": str(folder), what: gone, "count": count})
    else:
        print(f"{folder}: {what}, {_rows(gone)} gone, {_rows(count)} left")


def facts(title: str, values: Mapping[str, Any], as_json: bool) -> None:
    """Print names and values as a table, or as one object."""
    plain = {name: _plain(value) for name, value in values.items()}
    if as_json:
        json_line(plain)
    else:
        table(title, ("", ""), [(name, str(value)) for name, value in plain.items()])


def refused(refusal: Refusal, number: int) -> None:
    """Name an input that was refused, the first twenty of them; the count ends the command."""
    if number <= _SHOWN_REFUSALS:
        notice(f"refused: {refusal.origin}: {refusal.reason}")


def notice(message: str) -> None:
    """Print one line to stderr."""
    sys.stderr.write("clac: " + printable(" ".join(message.split())) + "\n")
    sys.stderr.flush()


@contextlib.contextmanager
def progress_bar(what: str) -> Iterator[ReportProgress]:
    """Give a function that moves a bar on stderr; the bar appears at its first call."""
    from rich.progress import (
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TaskID,
        TimeElapsedColumn,
    )

    bar = Progress(
        SpinnerColumn(),
        *Progress.get_default_columns()[:2],
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
    tasks: list[TaskID] = []

    def report_progress(done: int, total: int | None) -> None:
        if not tasks:
            bar.start()
            tasks.append(bar.add_task(what, total=total))
        bar.update(tasks[0], completed=done, total=total)

    try:
        yield report_progress
    finally:
        if tasks:
            bar.stop()


def _ranked(matches: Sequence[Match]) -> Iterator[tuple[int, Match]]:
    """Count matches of each kind from 1."""
    ranks: dict[str, int] = {}
    for match in matches:
        ranks[match.kind] = ranks.get(match.kind, 0) + 1
        yield ranks[match.kind], match


def _understood_lines(found: Hits) -> Iterator[str]:
    """Say what was understood of a text, and what was done with it."""
    for use, what in _USES.items():
        said = [c.says for c in found.understood if c.use == use]
        if said:
            yield f"{what}: {'; '.join(said)}"
    if found.relaxed:
        yield "no crystal here meets all of it: those that meet most stand first"


_USES = {
    "filter": "understood",
    "boost": "understood, taken softly",
    "unknown": "understood, not used since it is known of no crystal here",
}


def _filter_lines(done: Filtered, path: str, behind: bool = False) -> Iterator[str]:
    """Say how many rows pass a filter, and what is not known of others."""
    text = done.text if len(done.text) <= _SHOWN_FILTER else done.text[:_SHOWN_FILTER] + "..."
    if done.passing:
        yield f"filter: {text}: {_rows(done.passing)} pass{'es' * (done.passing == 1)}; {path}"
    else:
        yield f"nothing passes the filter {text}"
        if len(done.alone) > 1:
            each = (f"{part[:_SHOWN_FILTER]} passes {_rows(n)}" for part, n in done.alone.items())
            yield "alone, " + ", ".join(each)
    for column, count in done.missing.items():
        yield f"{column} is not known of {_rows(count)}: {'last' if behind else 'left out'}"


def _rows(count: int) -> str:
    """Count rows in words."""
    return f"{count:,} row" if count == 1 else f"{count:,} rows"


def _hit_cells(hit: Hit) -> tuple[str, ...]:
    """Write a hit as the cells of a table."""
    return (
        str(hit.rank),
        f"{hit.score:.3f}",
        hit.formula,
        f"{hit.space_group} ({hit.space_group_number})",
        hit.prototype_name or hit.prototype,
        hit.id,
        _properties(hit.properties),
    )


def _properties(properties: Mapping[str, PropertyValue]) -> str:
    """Write the first known values of a crystal in short."""
    shown = [
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in properties.items()
        if value not in ("", None) and name not in _LONG
    ]
    return "; ".join(shown[:3])


def _plain(value: Any) -> Any:
    """Turn paths into strings; leave JSON values as they are."""
    value = list(value) if isinstance(value, tuple) else value
    return value if isinstance(value, (str, int, float, dict, list, type(None))) else str(value)
