"""The commands `clac predict` and `clac explain`: properties, what they rest on, own heads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clac.errors import InputError, ModelError, refuse
from index import inputs, render
from index.cli_index import AsJson, Cache, Index, Model, Strict, Wanted
from index.engine import SearchEngine

if TYPE_CHECKING:
    from clac.data.readers import Reading
    from clac.types import Record


def predict(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE_OR_ID...", help="Structures of any source, or ids."),
    ] = None,
    properties: Annotated[
        str | None,
        typer.Option("--property", metavar="A,B", help="What to predict; default: all known."),
    ] = None,
    train: Annotated[
        Path | None,
        typer.Option("--train", metavar="INDEX", help="Learn --property from this index instead."),
    ] = None,
    index: Index = None,
    filter: Wanted = "",
    cache: Cache = None,
    strict: Strict = False,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Predict properties of crystals, with an interval and the known crystals behind it."""
    names = list(dict.fromkeys(name.strip() for name in inputs.listed(properties or "")))
    if properties is not None and not names:
        raise typer.BadParameter("--property needs a name")
    if (train is None) == (not sources):
        raise typer.BadParameter("give FILE_OR_ID..., or else --train INDEX")
    if train is not None:
        if not names:
            raise typer.BadParameter("--train needs --property NAME: a column of the index")
        _learn(train, names, model, as_json)
        return
    engine = inputs.engine(index, model)
    from index.answer import Predictor

    predictor = Predictor(engine)
    wanted = names or list(predictor.properties)
    predictor.check(wanted)  # before anything is fetched
    if not wanted:
        raise ModelError(
            "this model has no heads; learn one from a column of an index: clac predict --train "
            "INDEX --property NAME"
        )
    ids = [value for value in sources or [] if _is_id(value, engine)]
    for id in ids:
        stored = [engine.catalog.record(engine.row(id))]
        render.answers(predictor.predict(stored, wanted, refuse, frozenset([id])), as_json)
    if others := [value for value in sources or [] if value not in ids]:
        _check_ids(others, engine)
        with inputs.opened(others, strict, Path("clac-predict"), filter, cache) as given:
            reading = given["records"]
            found = predictor.predict(_told_apart(reading), wanted, reading.refuse)
            render.answers(found, as_json)
        _tell(reading, others)


def explain(
    target: Annotated[
        str, typer.Argument(metavar="FILE_OR_ID", help="A structure file or an id of the index.")
    ],
    property: Annotated[str, typer.Option("--property", help="What is to be explained.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Picture; default: NAME-PROPERTY.png, with --json none."),
    ] = None,
    index: Index = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Draw which words of its description a crystal's atoms look at, and what each word moves."""
    from index.explain import Explainer
    from index.pictures import draw_explanation, need_pictures

    drawn = out is not None or not as_json
    if drawn:
        need_pictures()  # before anything is read
    with inputs.examples([target]) as (example,):
        if isinstance(example, str):
            engine = inputs.engine(index, model)
            loaded, record = engine.embedder, engine.catalog.record(engine.row(example))
        else:
            loaded, record = inputs.embedder(model), example
    found = Explainer(loaded).explain(record, property)
    path = out or Path(f"{Path(found.id).name}-{property}.png")
    if drawn:
        draw_explanation(found, path)  # before a line says that it is there
    render.explanation(found, path if drawn else None, as_json)


def _learn(folder: Path, names: list[str], model: Path | None, as_json: bool) -> None:
    """Learn heads from columns of an index."""
    from index.answer import heads_beside
    from index.learn import gather, learn_property

    engine = SearchEngine.open(folder, inputs.embedder(model))
    for given in [gather(engine, name) for name in names]:  # all, before one is learnt
        with render.progress_bar(f"learning {given.name}") as progress:
            card = learn_property(engine, given, progress=progress)
        unit = f"log10({card.unit})" if card.log_scale else card.unit
        told = {
            "property": card.property, "unit": unit, "classes": list(card.classes),
            "labels": card.count, "left_out": given.left_out, **card.measured,
            "heads": str(heads_beside(folder)),
        }  # fmt: skip
        render.facts(f"learnt {given.name}", told, as_json)


def _is_id(value: str, engine: SearchEngine) -> bool:
    """Tell whether a value is an id of the index, and no file."""
    return not Path(value).exists() and engine.catalog.row_of(value) is not None


def _check_ids(values: list[str], engine: SearchEngine) -> None:
    """Raise InputError for what looks like an id that the index does not know."""
    for value in values:
        plain = not any(letter in value for letter in "/\\.:*?[")
        if plain and not Path(value).exists():
            with inputs.examples([value]):
                engine.row(value)


def _told_apart(records: Iterable[Record]) -> Iterator[Record]:
    """Yield records; files of one name in many folders (POSCAR) get the names of a build."""
    from index.intake import named_apart

    seen: dict[str, int] = {}
    for record in records:
        named = named_apart(record, seen)
        seen.setdefault(named.id, hash(named.origin))
        yield named


def _tell(reading: Reading, asked: list[str]) -> None:
    """Name what was refused; an error, since an answer is missing."""
    if reading.n_refused == 1:
        refuse(reading.refusals[0])
    for number, refusal in enumerate(reading.refusals, 1):
        render.refused(refusal, number)
    if reading.n_refused:
        reason = f"{reading.n_refused} structures refused; the others are answered"
        raise InputError(", ".join(asked), reason)
