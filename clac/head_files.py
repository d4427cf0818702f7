"""Property heads on disk: a folder with heads.json and safetensors files, bound to a model.

    heads.json                  what the heads are, of which model, and in which files
    NAME-HASH.safetensors       a head: `clac.heads.PropertyHead`
    tower-HASH.safetensors      the tower of heads that have one: `clac.tower.PropertyTower`
    fusion-HASH.safetensors     the network whose attention is shown: `clac.fusion.Cast`

A file carries the beginning of its SHA-256 in its name and never changes; the list is written last
and in one step. What there is can be told without torch.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clac.checkpoint import DEFAULT_FOLDER
from clac.config import FusionConfig, HeadConfig, TowerConfig, from_mapping
from clac.errors import ConfigError, InputError, ModelError

if TYPE_CHECKING:
    import torch

    from clac.fusion import Cast
    from clac.heads import PropertyHead
    from clac.tower import PropertyTower

FORMAT_VERSION = 1
SHIPPED = DEFAULT_FOLDER / "heads"
"""heads of the shipped model"""
LIST = "heads.json"
_TOWER = "tower"
_FUSION = "fusion"
_DIGITS = 16
_REMEDY = "remove them, or learn them again: clac predict --train INDEX --property NAME"


@dataclass(frozen=True, slots=True)
class HeadCard:
    """What a head is, what it learnt from and what its intervals hold."""

    property: str
    """name in `clac.properties`, or of the user's own column"""
    unit: str
    log_scale: bool
    """learned and mixed as a decimal logarithm"""
    classes: tuple[str, ...]
    """labels of a classification; empty for numbers"""
    dim: int
    """entries of a vector"""
    column: str
    """of the labels that it learnt, and of the tower's output where it has one"""
    source: str
    """what the labels are, in words"""
    count: int
    """labels that it learnt"""
    centre: float
    """of the head's own scale, in the unit or its logarithm"""
    scale: float
    elements: tuple[int, ...]
    """atomic numbers that it met"""
    own_error: float
    """mean absolute error of what a vector alone says, in the head's own scale"""
    near: float
    """cosine of the nearest labelled crystal that all but 5% of its own crystals reach"""
    far: float
    """cosine to the nearest landmark that all but 1% of its own crystals reach"""
    spreads: float
    """what to multiply a spread by for an interval that holds `coverage`"""
    spreads_alone: float
    """the same in an index without labels; for classes all three bound one minus a probability"""
    spreads_lonely: float
    """the same where there are labels, but none near"""
    coverage: float
    tower: bool
    measured: Mapping[str, float] = field(default_factory=dict)
    """on crystals that it did not learn from"""


@dataclass(frozen=True, slots=True)
class Heads:
    """The heads of one folder."""

    folder: Path
    model_id: str
    cards: Mapping[str, HeadCard]
    configs: Mapping[str, HeadConfig]
    tower: TowerConfig | None
    tower_names: tuple[str, ...]
    files: Mapping[str, str]
    """head, 'tower' or 'fusion' -> file"""
    fusion: FusionConfig | None = None
    fusion_names: tuple[str, ...] = ()


def read_heads(folder: Path, model_id: str) -> Heads:
    """Read what heads a folder has; none where there is no folder.

    Raises ModelError where they belong to another model, are damaged or of another format.
    """
    path = folder / LIST
    if not path.exists():
        return Heads(folder, model_id, {}, {}, None, (), {})
    try:
        values = json.loads(path.read_text())
        if values["format_version"] != FORMAT_VERSION:
            raise ModelError(
                f"{folder}: heads of format {values['format_version']}, this version reads "
                f"{FORMAT_VERSION}; {_REMEDY}"
            )
        if values["model_id"] != model_id:
            raise ModelError(
                f"{folder}: heads of model {values['model_id']}, this model is {model_id}; "
                f"{_REMEDY}"
            )
        for name in _needed(values):
            if not _is_whole(folder, values["files"], name):
                file = values["files"].get(name, f"file of {name}")
                raise ModelError(f"{folder / file}: missing or damaged; {_REMEDY}")
        cards, configs = _parsed(values["heads"])
        tower, fusion = values["tower"], values.get("fusion")
        return Heads(
            folder, model_id, cards, configs,
            from_mapping(TowerConfig, tower["config"]) if tower else None,
            tuple(tower["names"]) if tower else (), values["files"],
            from_mapping(FusionConfig, fusion["config"]) if fusion else None,
            tuple(fusion["names"]) if fusion else (),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, ConfigError, AttributeError) as error:
        raise ModelError(f"{path}: not a list of heads ({error}); {_REMEDY}") from error


def load_head(heads: Heads, name: str) -> PropertyHead:
    """Load one head for evaluation. Raises ModelError where its file does not fit."""
    from clac.heads import PropertyHead

    card = heads.cards[name]
    head = PropertyHead(card.dim, max(1, len(card.classes)), heads.configs[name])
    _fill(head, heads.folder / heads.files[name])
    return head


def load_tower(heads: Heads) -> PropertyTower:
    """Load the tower of a folder of heads for evaluation."""
    from clac.tower import PropertyTower

    if heads.tower is None:
        raise ModelError(f"{heads.folder}: its heads have no tower")
    tower = PropertyTower(heads.tower_names, heads.tower)
    _fill(tower, heads.folder / heads.files[_TOWER])
    return tower


def load_fusion(heads: Heads) -> Cast:
    """Load the fused network of a folder of heads for evaluation."""
    from clac.fusion import Cast

    if heads.fusion is None:
        raise ModelError(
            f"{heads.folder}: no network is there whose attention could be shown; the shipped "
            "model has one: leave --model out"
        )
    cast = Cast(heads.fusion_names, heads.fusion)
    _fill(cast, heads.folder / heads.files[_FUSION])
    return cast


def save_head(
    folder: Path, model_id: str, name: str, head: PropertyHead, card: HeadCard, config: HeadConfig
) -> None:
    """Write a head into a folder of heads; one of the same name is replaced.

    The list of heads, which is written last and in one step, is what makes it known.
    """
    values = _list_of(folder, model_id)
    values["heads"][name] = {"card": dataclasses.asdict(card), "config": dataclasses.asdict(config)}
    _write(folder, values, name, head)


def save_tower(folder: Path, model_id: str, tower: PropertyTower, config: TowerConfig) -> None:
    """Write the tower of a folder of heads, before the heads that need it."""
    values = _list_of(folder, model_id)
    values["tower"] = {"names": list(tower.names), "config": dataclasses.asdict(config)}
    _write(folder, values, _TOWER, tower)


def save_fusion(folder: Path, model_id: str, cast: Cast, config: FusionConfig) -> None:
    """Write the fused network of a folder of heads."""
    values = _list_of(folder, model_id)
    values["fusion"] = {"names": list(cast.names), "config": dataclasses.asdict(config)}
    _write(folder, values, _FUSION, cast)


def check_known(names: Sequence[str], *known: Heads) -> None:
    """Raise InputError for a property that no head knows, with those that are known."""
    there = {name for heads in known for name in heads.cards}
    for name in names:
        if name not in there:
            raise InputError(
                "", f"no head predicts {name!r}; known: {', '.join(sorted(there)) or 'none'}; "
                "learn one from the column of an index: clac predict --train INDEX "
                f"--property {shlex.quote(name)}"
            )  # fmt: skip


def _parsed(
    heads: Mapping[str, Mapping[str, Any]],
) -> tuple[dict[str, HeadCard], dict[str, HeadConfig]]:
    """Read the card and the sizes of each head of a list."""
    cards = {name: _card(head["card"]) for name, head in heads.items()}
    return cards, {name: from_mapping(HeadConfig, head["config"]) for name, head in heads.items()}


def _card(values: Mapping[str, Any]) -> HeadCard:
    card = {**values, "classes": tuple(values["classes"]), "elements": tuple(values["elements"])}
    return HeadCard(**card)


def _needed(values: Mapping[str, Any]) -> list[str]:
    """Name whose files a list of heads needs."""
    return [*values["heads"], *(name for name in (_TOWER, _FUSION) if values.get(name))]


def _is_whole(folder: Path, files: Mapping[str, str], name: str) -> bool:
    """Tell whether the file of a head or network is there, as it was written."""
    path = folder / files.get(name, "")
    return path.is_file() and _hash(path) in path.name


def _list_of(folder: Path, model_id: str) -> dict[str, Any]:
    """Return the list of a folder to be changed; a new one where what is there cannot be used.

    Heads of another model are no use to anyone who learns new ones, nor is one whose file is
    damaged; the others stay.
    """
    try:
        values = json.loads((folder / LIST).read_text())
        if (values["format_version"], values["model_id"]) == (FORMAT_VERSION, model_id):
            _parsed(values["heads"])
            files = values["files"]
            heads = {n: head for n, head in values["heads"].items() if _is_whole(folder, files, n)}
            for name in (_TOWER, _FUSION):
                values[name] = values.get(name) if _is_whole(folder, files, name) else None
            return {**values, "heads": heads}
    except (OSError, ValueError, KeyError, TypeError, ConfigError, AttributeError):
        pass
    return {"format_version": FORMAT_VERSION, "model_id": model_id, "tower": None, "heads": {},
            "files": {}}  # fmt: skip


def _write(folder: Path, values: dict[str, Any], name: str, module: torch.nn.Module) -> None:
    """Write a module in half precision, then the list that names it; drop what it replaces."""
    from safetensors.torch import save

    kept = {
        name: (value.half() if value.is_floating_point() else value).contiguous().cpu()
        for name, value in module.state_dict().items()
    }
    module.load_state_dict(kept)  # whoever goes on with it has what is stored
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / "weights.part"
    part.write_bytes(save(kept))
    file = f"{re.sub('[^A-Za-z0-9_]+', '_', name)}-{_hash(part)}.safetensors"
    part.replace(folder / file)
    old = values["files"].get(name)
    values["files"][name] = file
    listed = folder / f"{LIST}.part"
    listed.write_text(json.dumps(values, indent=2) + "\n")
    listed.replace(folder / LIST)
    if old not in (None, file):
        (folder / str(old)).unlink(missing_ok=True)


def _fill(module: torch.nn.Module, path: Path) -> None:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        weights = load_file(path)
        module.load_state_dict(
            {k: v.float() if v.is_floating_point() else v for k, v in weights.items()}
        )
    except (SafetensorError, RuntimeError, OSError) as error:
        raise ModelError(f"{path}: damaged or foreign ({error})") from error
    module.eval()


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:_DIGITS]
