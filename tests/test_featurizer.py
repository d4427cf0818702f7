"""The featurizer keeps the rules of scikit-learn: clones, pipelines, names, one clear line."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest
from crystals import ALL
from doubles import HashEmbedder, rock_salt

import clac
from clac.data.formats.objects import to_pymatgen
from clac.errors import InputError
from clac.types import Record

pytest.importorskip("sklearn")

from sklearn.base import clone
from sklearn.linear_model import Ridge
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils.validation import check_is_fitted

from clac.featurizer import ClacFeaturizer

IONS = ((3, 9, 4.03), (11, 17, 5.64), (12, 8, 4.21), (19, 35, 6.60), (20, 8, 4.81), (19, 9, 5.35))
SALTS = [rock_salt(*ions) for ions in IONS]


def test_structures_of_every_kind_become_the_vectors_of_the_model() -> None:
    from pymatgen.io.ase import AseAtomsAdaptor

    one = to_pymatgen(SALTS[1])
    kinds = [one, AseAtomsAdaptor.get_atoms(one), Record("salt", SALTS[1]), SALTS[1]]
    vectors = ClacFeaturizer().fit_transform(kinds)
    assert vectors.shape == (4, 256) and vectors.dtype == np.float32
    assert np.allclose(vectors, clac.load_model().encode_structures(kinds[:1]), atol=1e-5)


def test_texts_become_the_vectors_of_the_model() -> None:
    texts = ["a cubic perovskite", "rock salt"]
    vectors = ClacFeaturizer("text").fit(texts).transform(texts)
    assert np.allclose(vectors, clac.load_model().encode_texts(texts), atol=1e-6)


def test_a_clone_asks_the_same_and_loads_nothing_twice() -> None:
    first = ClacFeaturizer(what="text")
    second = clone(first)
    assert second is not first and second.get_params() == {"what": "text", "model": None}
    assert first._embedder is second._embedder
    assert clone(first.set_params(what="structure")).what == "structure"
    check_is_fitted(first)
    assert "ClacFeaturizer" in repr(first)
    assert pickle.loads(pickle.dumps(first)).get_params() == first.get_params()


def test_a_pipeline_learns_and_is_cross_validated() -> None:
    structures = [to_pymatgen(one) for one in SALTS]
    sizes = [len(one) / one.volume for one in structures]
    model = make_pipeline(ClacFeaturizer(model=HashEmbedder()), Ridge(1e-6))
    model[0].model.encode_structures = _elements  # any embedder will do
    assert model.fit(structures, sizes).predict(structures) == pytest.approx(sizes, abs=1e-2)
    scores = cross_val_score(make_pipeline(ClacFeaturizer(), Ridge()), structures, sizes, cv=2)
    assert np.isfinite(scores).all()


def _elements(structures: list) -> np.ndarray:
    """Return one row for each structure that tells it from the others."""
    return np.eye(8, dtype=np.float32)[: len(structures)]


def test_features_have_names() -> None:
    featurizer = ClacFeaturizer("text").set_output(transform="pandas")
    frame = featurizer.fit_transform(["salt", "diamond"])
    assert frame.shape == (2, 256)
    assert list(frame.columns[:2]) == ["clac0", "clac1"]
    assert len(featurizer.get_feature_names_out()) == 256


def test_what_cannot_be_represented_is_named() -> None:
    featurizer = ClacFeaturizer()
    with pytest.raises(InputError, match=r"^structure 1: cannot read a crystal from str"):
        featurizer.transform([SALTS[0], "salt"])
    with pytest.raises(InputError, match=r"^structure 1: .* crowded"):
        squeezed = to_pymatgen(ALL["diamond"])
        squeezed.scale_lattice(squeezed.volume / 60)
        featurizer.transform([SALTS[0], squeezed])
    with pytest.raises(InputError, match=r"^text 1: "):
        ClacFeaturizer("text").transform(["salt", " "])
    with pytest.raises(InputError, match="not one text"):
        ClacFeaturizer("text").transform("salt")
    with pytest.raises(InputError, match="structure, text, found 'words'"):
        ClacFeaturizer("words").fit([])


def test_without_scikit_learn_its_line_is_told() -> None:
    code = (
        "import sys; sys.modules['sklearn'] = sys.modules['sklearn.base'] = None\n"
        "from clac.errors import MissingExtra\n"
        "try: import clac.featurizer\n"
        "except MissingExtra as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == (
        "scikit-learn is not installed; install it with: pip install 'clac[sklearn]'"
    )
