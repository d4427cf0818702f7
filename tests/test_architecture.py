"""The plan of the house: who may import whom, how long things may be, and what is documented."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
VAGUE_NAMES = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py"}

STOREYS: tuple[tuple[str, ...], ...] = (
    ("clac.types", "clac.errors", "clac.properties", "clac.losses", "clac.metrics",
     "clac.conformal"),
    ("clac.config", "clac.tokens", "clac.data", "clac.data.*", "clac.encoders.base", "index.types",
     "index.arrow", "index.pace", "index.filters", "index.columns", "index.optimade_filter",
     "index.milvus_filter", "index.hits", "index.notebook", "index.thumbnail"),
    (
        "clac.encoders", "clac.encoders.*", "clac.heads", "clac.dense",
        "clac.data.dataset", "clac.data.sampling",
        "index.vectors", "index.kinds", "index.scan", "index.spool", "index.tuning",
        "index.lexical", "index.manifest", "index.catalog", "index.collection",
        "index.projection", "index.property_columns", "index.selection", "index.plan",
        "index.ranking", "index.durable", "index.live_rows", "index.segments",
        "index.catalog_writer", "index.staging", "index.journal", "index.merging",
        "index.facets", "index.filter_options", "index.milvus_columns", "index.milvus_corpus",
        "index.optimade_properties", "index.optimade_questions",
        "index.query", "index.reading", "index.reading.*", "index.texts",
    ),
    ("clac.model",),
    ("clac.checkpoint", "clac.export", "clac.hub", "clac.tower", "clac.fusion"),
    ("clac", "clac.embed", "clac.featurizer", "clac.train", "clac.objective", "clac.runs",
     "clac.ranks", "clac.head_files", "clac.head_training", "clac.labelled", "clac.fitting",
     "clac.tower_training", "clac.fusion_text", "clac.fusion_training"),
    ("index", "index.engine", "index.answer", "index.build", "index.words", "index.milvus",
     "index.milvus_push", "index.writer", "index.stages", "index.intake", "index.workers",
     "index.ray_runner", "index.labels", "index.learn", "index.explain",
     "index.atlas", "index.doctor", "index.pictures", "index.optimade_view",
     "index.plane"),
    ("index.service.settings", "index.service.problems", "index.service.bodies",
     "index.service.answers", "index.service.desk", "index.service.parsing", "index.service.keys"),
    ("index.service", "index.service.*", "index.dossier", "index.tool_bodies", "index.tools",
     "index.assistant", "index.mcp"),
    ("index.cli", "index.cli_about", "index.cli_index", "index.cli_mcp", "index.cli_predict",
     "index.cli_serve", "index.render", "index.inputs", "index.terminal"),
)  # fmt: skip
"""Imports point down or stay on their storey; a module stands where its name is most exact."""
GUESTS = {"index.cli_serve", "index.cli_mcp", "index.mcp", "index.assistant", "index.tools",
          "index.tool_bodies"}  # fmt: skip
"""who but the service itself may import of it: its commands, and the other way to be served"""

ONLY_IN = {
    "faiss": ("index/vectors.py", "index/kinds.py"),
    "fastapi": ("index/service/*.py",),
    "huggingface_hub": ("clac/hub.py",),
    "lark": ("index/optimade_filter.py",),
    "matplotlib": ("index/pictures.py",),
    "mcp": ("index/mcp.py",),
    "mcp_types": ("index/mcp.py",),
    "prometheus_client": ("index/service/meters.py",),
    "pymilvus": ("index/milvus.py",),
    "ray": ("index/ray_runner.py",),
    "sklearn": ("clac/featurizer.py",),
    "typer": ("index/cli.py", "index/cli_*.py"),
    "uvicorn": ("index/service/run.py",),
}
"""one third-party library, one file; of faiss two, since searching and the making of each kind of
index fit no file of 400 lines together; of typer and fastapi several, since neither commands nor
paths do"""
BANNED = {"pickle", "dill", "joblib", "shelve", "marshal"}


def sources(*rooms: str) -> list[Path]:
    """Return the Python files of some rooms."""
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


CODE = sources("clac", "index")
EVERYTHING = sources("clac", "index", "tests", "benchmarks")


def short(path: Path) -> str:
    """Name a file by its path in the repository."""
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    """Return the dotted name of a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path) for path in CODE}


def imported(path: Path, *, at_start: bool = False) -> Iterator[tuple[str, int]]:
    """Yield the dotted name and line of each import; at_start: only what import time runs."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if at_start else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{short(path)}:{node.lineno}: relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield (inner if inner in MODULES else str(node.module)), node.lineno


def storey(module: str) -> int:
    """Return the number of a module's storey, 0 at the bottom; -1 for one without a place."""
    places = {name: i for i, names in enumerate(STOREYS) for name in names}
    if module in places:
        return places[module]
    return next((i for name, i in places.items() if fnmatchcase(module, name)), -1)


def room(module: str) -> str:
    """Return 'data', 'encoders', 'index' or ''."""
    parts = module.split(".")
    if parts[0] == "index":
        return "index"
    return parts[1] if len(parts) > 1 and parts[1] in {"data", "encoders"} else ""


@pytest.mark.parametrize("path", CODE, ids=short)
def test_imports_point_downward(path: Path) -> None:
    own = module_of(path)
    assert storey(own) >= 0, f"{own} has no place in STOREYS"
    for target, line in imported(path):
        if target.split(".")[0] not in {"clac", "index"}:
            continue
        place = f"{short(path)}:{line}: {own} imports {target}"
        assert storey(target) <= storey(own), place
        assert not (own.startswith("clac") and target.startswith("index")), place
        assert {room(own), room(target)} != {"data", "encoders"}, place
        assert target != "index.cli", place
        is_stranger = not own.startswith("index.service") and own not in GUESTS
        assert not (target.startswith("index.service") and is_stranger), place


def test_no_module_imports_itself_on_a_detour() -> None:
    graph = {
        module_of(path): {
            target
            for target, _ in imported(path, at_start=True)
            if target in MODULES and target != module_of(path)
        }
        for path in CODE
    }
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join((*trail, module))
        if module not in done:
            for target in sorted(graph[module]):
                visit(target, (*trail, module))
            done.add(module)

    for module in sorted(graph):
        visit(module, ())


def test_a_library_has_one_door() -> None:
    for path in CODE:
        for target, line in imported(path):
            library = target.split(".")[0]
            assert library not in BANNED, f"{short(path)}:{line}: {library}"
            doors = ONLY_IN.get(library, (short(path),))
            is_door = any(fnmatchcase(short(path), door) for door in doors)
            assert is_door, f"{short(path)}:{line}: {library} belongs to {doors}"


@pytest.mark.parametrize("path", EVERYTHING, ids=short)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert path.name not in VAGUE_NAMES
    assert len(text.splitlines()) <= MAX_FILE_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= MAX_FUNCTION_LINES, f"{short(path)}:{node.lineno}: {node.name}"


def rank(name: str) -> tuple[int, str]:
    """Sort CONSTANTS before Classes before functions, as ruff does."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


def public(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Yield public classes and functions, methods included."""
    for node in body:
        if not isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if node.name.startswith("_") and node.name != "__init__":
            continue
        yield prefix + node.name, node
        if isinstance(node, ast.ClassDef):
            yield from public(node.body, f"{prefix}{node.name}.")


@pytest.mark.parametrize("path", CODE, ids=short)
def test_public_names_are_documented_and_typed(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body, "the module has no docstring"
    for name, node in public(tree.body):
        place = f"{short(path)}: {name}"
        assert ast.get_docstring(node), f"{place} has no docstring"  # type: ignore[arg-type]
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.returns is not None, f"{place} has no return type"
            given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            given += [extra for extra in (node.args.vararg, node.args.kwarg) if extra]
            for argument in given:
                typed = argument.annotation is not None or argument.arg in {"self", "cls"}
                assert typed, f"{place}: {argument.arg} has no type"


@pytest.mark.parametrize("name", ["clac", "index"])
def test_a_facade_lists_its_names_in_order(name: str) -> None:
    facade = importlib.import_module(name)
    assert facade.__all__ == sorted(facade.__all__, key=rank)
    assert all(hasattr(facade, public_name) for public_name in facade.__all__)


@pytest.mark.parametrize("path", CODE, ids=short)
def test_every_list_of_names_is_sorted(path: Path) -> None:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            names = ast.literal_eval(node.value)
            assert list(names) == sorted(names, key=rank)
