"""The door into the model, with the shipped weights."""

import subprocess
import sys

import numpy as np
import pytest
from crystals import ALL, other_cells, rock_salt

import clac
from clac import checkpoint
from clac.embed import Embedder, by_edges
from clac.errors import InputError, ModelError
from clac.types import Record

pytestmark = pytest.mark.skipif(
    not (checkpoint.DEFAULT_FOLDER / "weights.safetensors").exists(),
    reason="no model in clac/weights",
)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return clac.load_model()


def test_shipped_model_is_small_and_names_no_machine():
    files = [path for path in checkpoint.DEFAULT_FOLDER.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= 45_000_000
    for path in files:
        assert b"/work" not in path.read_bytes() or path.name == "tokenizer.json", path


def test_texts_and_structures_become_unit_vectors(embedder):
    from ase import Atoms
    from pymatgen.core import Structure as PymatgenStructure

    salt = rock_salt()
    same = [
        salt,
        Record("x", salt),
        PymatgenStructure(salt.cell, salt.numbers, salt.frac),
        Atoms(numbers=salt.numbers, cell=salt.cell, scaled_positions=salt.frac, pbc=True),
    ]
    vectors = embedder.encode_structures(same)
    texts = embedder.encode_texts(["rock salt", "sodium chloride", "a" * 5000])
    assert vectors.shape == (4, 256) and texts.shape == (3, 256)
    assert vectors.dtype == texts.dtype == np.float32
    assert np.allclose(np.linalg.norm(np.vstack([vectors, texts]), axis=1), 1, atol=1e-3)
    assert np.allclose(vectors, vectors[0], atol=1e-5)
    assert embedder.encode_texts([]).shape == embedder.encode_structures([]).shape == (0, 256)


@pytest.mark.parametrize("name", ALL)
def test_shipped_embedding_does_not_depend_on_the_cell(embedder, name):
    others = [other for _, other in other_cells(ALL[name])]
    vectors = embedder.encode_structures([ALL[name], *others])
    assert np.abs(vectors - vectors[0]).max() < 1e-4


def test_onnx_text_tower_equals_torch(embedder):
    import torch

    from clac.types import TextBatch

    texts = ["wide band gap nitride", "LiCoO2", "layered", "cubic perovskite with a small gap"]
    tokens = embedder._tokenizer(texts)
    with torch.inference_mode():
        wanted = checkpoint.load().encode_tokens(TextBatch(*map(torch.from_numpy, tokens)))
    assert np.abs(embedder.encode_texts(texts) - wanted.numpy()).max() < 2e-3


def test_batches_equal_single_texts(embedder):
    texts = ["salt", "a much longer sentence about a cubic perovskite", "gallium nitride"] * 20
    together = embedder.encode_texts(texts)
    alone = np.vstack([embedder.encode_texts([text]) for text in texts[:3]])
    assert np.allclose(together[:3], alone, atol=1e-4)
    assert np.allclose(together[57:], together[:3], atol=1e-4)


def test_graphs_are_encoded_in_bounded_runs():
    from clac.types import Graph

    def graph(edges):
        empty = np.zeros(0)
        return Graph(np.ones(1), np.ones(1), np.zeros((2, edges), int), np.zeros((edges, 3)), 1,
                     *[empty] * 4)  # fmt: skip

    sizes = [30_000, 30_000, 10, 200_000, 10]
    runs = [[g.edge_index.shape[1] for g in run] for run in by_edges([graph(n) for n in sizes])]
    assert runs == [[30_000], [30_000, 10], [200_000], [10]]


def test_bad_input_is_named(embedder, tmp_path):
    with pytest.raises(InputError, match="structure 1"):
        embedder.encode_structures([rock_salt(), "not a structure"])
    with pytest.raises(TypeError, match="list of texts"):
        embedder.encode_texts("one text")
    with pytest.raises(ModelError, match="missing"):
        Embedder.load(tmp_path)


def test_words_never_load_torch():
    code = (
        "import sys, clac; clac.load_model().encode_texts(['salt']);"
        "sys.exit(bool({'torch', 'transformers', 'pymatgen', 'pandas'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
