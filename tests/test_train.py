"""Training on a small table and a text base made here: no network, no foreign data."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from safetensors.torch import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tokenizers import Tokenizer as WordPieces
from tokenizers import models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from clac import checkpoint
from clac.config import CrystalConfig, ModelConfig, TextConfig, TrainConfig, from_mapping, load_toml
from clac.data.dataset import prepare
from clac.data.sampling import Sampler, last_step, name_known, schedule
from clac.data.starter import starter_records
from clac.embed import Embedder
from clac.errors import ConfigError, ModelError
from clac.train import Run, fit, train

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    """A BERT of one layer whose words are single characters."""
    folder = tmp_path_factory.mktemp("base")
    letters = [chr(c) for c in range(33, 127) if not chr(c).isupper()]
    vocabulary = {w: i for i, w in enumerate([*SPECIAL, *letters, *(f"##{c}" for c in letters)])}
    pieces = WordPieces(models.WordPiece(vocabulary, unk_token="[UNK]"))
    pieces.normalizer = normalizers.BertNormalizer()
    pieces.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    pieces.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=pieces, pad_token="[PAD]", unk_token="[UNK]"
    ).save_pretrained(folder)
    config = BertConfig(vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2,
                        num_attention_heads=2, intermediate_size=64)  # fmt: skip
    torch.manual_seed(0)
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Path:
    """Known crystals in the columns of crystals.parquet."""
    from ase.cell import Cell

    rows = []
    for i, record in enumerate(starter_records()[:160]):
        s = record.structure
        rows.append({
            "material_id": record.id, "cell": Cell(s.cell).cellpar().tolist(),
            "atomic_numbers": s.numbers.tolist(),
            "frac_coords_e8": np.rint(s.frac.ravel() * 1e8).astype(int).tolist(),
            "coordination": [0] * len(s), "split": "val" if i % 4 == 0 else "train",
        })  # fmt: skip
    path = tmp_path_factory.mktemp("data") / "table.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


@pytest.fixture
def config(base, table, tmp_path) -> TrainConfig:
    return tiny(base, table, tmp_path / "out")


def tiny(base: Path, table: Path, out: Path) -> TrainConfig:
    return TrainConfig(
        data=str(table), out=str(out), cache=str(table.parent / "cache"),
        samples=192, batch=32, early_batch=16, early_share=0.5, chunk=32, validate_every=4,
        uncaptioned=8, patience=100,
        threads=1, device="cpu", learning_rate=3e-3, text_learning_rate=1e-3,
        model=ModelConfig(
            dim=144, crystal=CrystalConfig(width=16, layers=1, descriptor_width=32),
            text=TextConfig(base=str(base), max_tokens=48, vocabulary=0),
        ),
    )  # fmt: skip


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "last" / "model.safetensors")


@pytest.fixture(scope="module")
def trained(base, table, tmp_path_factory) -> Path:
    """The folder of one finished run."""
    out = tmp_path_factory.mktemp("trained") / "out"
    train(dataclasses.replace(tiny(base, table, out), samples=960, early_share=1.0))
    return out


def test_loss_falls_and_is_logged(trained):
    log = EventAccumulator(str(trained / "log"))
    log.Reload()
    losses = [event.value for event in log.Scalars("train/loss")]
    assert len(losses) == 60
    assert np.mean(losses[-10:]) < 0.85 * np.mean(losses[:5])


def test_training_ends_in_a_model_that_can_be_used(trained):
    out = trained
    assert {p.name for p in out.iterdir()} >= {"best", "last", "log", "model"}
    embedder = Embedder.load(out / "model")
    records = starter_records()[:5]
    vectors = embedder.encode_structures(records)
    texts = embedder.encode_texts(["cubic oxide", "a metal"])
    assert vectors.shape == (5, 144)
    assert np.allclose(np.linalg.norm(np.vstack([vectors, texts]), axis=1), 1, atol=1e-3)
    meta = json.loads((out / "model" / "meta.json").read_text())
    assert meta["samples_shown"] >= 960


def test_interrupted_run_resumes_bit_for_bit(config, monkeypatch):
    fit(dataclasses.replace(config, out=config.out + "-whole"))
    learn = Run.learn

    def interrupted(self, batch):
        if self.step == 5:
            raise KeyboardInterrupt
        return learn(self, batch)

    monkeypatch.setattr(Run, "learn", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fit(config)
    monkeypatch.setattr(Run, "learn", learn)
    fit(config)
    whole, parts = weights(Path(config.out + "-whole")), weights(Path(config.out))
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def gradients(config, sampler_step=0):
    """Take the gradient of one step without changing the weights."""
    from clac.encoders.text import pretrained
    from clac.model import Clac

    torch.manual_seed(0)
    pairs = prepare(Path(config.data), Path(config.cache), config.model.graph)
    text, tokenizer = pretrained(config.model.text)
    model = Clac(config.model, text)
    run = Run(config, model, tokenizer, torch.device("cpu"))
    run.optimizer.step = lambda: None
    sampler = Sampler(pairs, pairs.take(np.arange(3)), config)
    loss = run.learn(sampler.batch(sampler_step))
    return loss, {n: p.grad.clone() for n, p in model.named_parameters() if p.grad is not None}


@pytest.mark.parametrize("loss", ["infonce", "siglip"])
def test_cached_gradients_equal_direct_ones(config, loss):
    config = dataclasses.replace(config, loss=loss, text_text=0.3, graph_graph=0.2,
                                 early_batch=150, samples=150, early_share=1.0)  # fmt: skip
    direct, wanted = gradients(dataclasses.replace(config, chunk=150))
    cached, found = gradients(dataclasses.replace(config, chunk=64))
    assert cached == pytest.approx(direct, rel=1e-5)
    assert wanted.keys() == found.keys()
    for name, gradient in wanted.items():
        assert torch.allclose(gradient, found[name], atol=1e-5), name


@pytest.mark.parametrize("kind", ["cgcnn", "painn"])
def test_shorter_numbers_have_nearly_the_same_gradient(config, kind):
    crystal = dataclasses.replace(config.model.crystal, kind=kind)
    graph = dataclasses.replace(config.model.graph, orbits=kind == "cgcnn")
    model = dataclasses.replace(config.model, crystal=crystal, graph=graph)
    config = dataclasses.replace(config, model=model)
    whole, wanted = gradients(config)
    short, found = gradients(dataclasses.replace(config, precision="bfloat16"))
    assert short == pytest.approx(whole, rel=0.02) and short != whole
    one, other = (torch.cat([g[n].ravel() for n in wanted]) for g in (wanted, found))
    assert torch.cosine_similarity(one, other, dim=0) > 0.95


def test_two_ranks_learn_what_one_learns(config, tmp_path):
    config = dataclasses.replace(config, samples=48, early_share=1.0)
    fit(config)
    other = dataclasses.replace(config, out=str(tmp_path / "ranks"))
    script = tmp_path / "ranks.py"
    script.write_text(
        "import json, sys\n"
        "from clac.config import TrainConfig, from_mapping\n"
        "from clac.train import fit\n"
        "fit(from_mapping(TrainConfig, json.load(open(sys.argv[1]))))\n"
    )
    (tmp_path / "config.json").write_text(json.dumps(dataclasses.asdict(other)))
    subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2", "--master-port=0",
         "--rdzv-backend=c10d", "--rdzv-endpoint=localhost:0",
         str(script), str(tmp_path / "config.json")],
        check=True, timeout=240, capture_output=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    one, two = weights(Path(config.out)), weights(Path(other.out))
    for name in one:
        assert torch.allclose(one[name].float(), two[name].float(), atol=2e-3), name


def test_preparation_resumes_and_equals_itself(config, table, tmp_path):
    whole = prepare(table, tmp_path / "cache", config.model.graph)
    (shard,) = (tmp_path / "cache").glob("*/graphs-*.npz")
    shard.unlink()
    again = prepare(table, tmp_path / "cache", config.model.graph)
    assert whole.facts == again.facts
    assert np.array_equal(whole.keys, again.keys)
    for a, b in zip(whole.graphs, again.graphs):
        assert np.array_equal(a.edge_vector, b.edge_vector)


def test_one_split_equals_its_part_of_the_whole(config, table, tmp_path):
    whole = prepare(table, tmp_path / "cache", config.model.graph)
    part = prepare(table, tmp_path / "cache", config.model.graph, split="val")
    expected = whole.take(whole.split == "val")
    assert len(part) and part.ids == expected.ids and part.facts == expected.facts
    assert np.array_equal(part.keys, expected.keys) and set(part.split) == {"val"}
    for a, b in zip(part.graphs, expected.graphs):
        assert np.array_equal(a.numbers, b.numbers)
        assert np.array_equal(a.edge_index, b.edge_index)
        assert np.array_equal(a.descriptor, b.descriptor)


def test_schedule_shows_every_sample_once():
    config = TrainConfig(samples=1000, early_batch=64, early_share=0.5, batch=256)
    steps = [schedule(config, step) for step in range(last_step(config))]
    assert steps[0] == (0, 64)
    assert all(a + n == b for (a, n), (b, _) in pairwise(steps))
    start, size = steps[-1]
    assert start < config.samples <= start + size


def test_known_names_reach_rows_of_the_same_material(config):
    pairs = prepare(Path(config.data), Path(config.cache), config.model.graph)
    worded = dataclasses.replace(pairs.facts[0], names=("test name",), uses=("test use",))
    named = dataclasses.replace(pairs.take(np.array([0])), facts=[worded])
    assert name_known(pairs, named).facts[0].uses == ("test use",)


def test_bad_configurations_are_named(tmp_path, config):
    path = tmp_path / "c.toml"
    for text, message in (
        ("batch = 'x'", "'batch' must be int"),
        ("[model.text]\nbas = 'x'", "unknown field 'model.text.bas'"),
        ("batch = = 2", "c.toml"),
        ("rare_share = 0.9", "leave a part of the batch"),
        ("neighbour_share = 1.0", "less than 1"),
        ("precision = 'half'", "precision must be one of auto, float32, bfloat16"),
    ):
        path.write_text(text)
        with pytest.raises(ConfigError, match=message):
            load_toml(path)
    with pytest.raises(ConfigError, match="training data"):
        fit(dataclasses.replace(config, data="missing.parquet"))
    with pytest.raises(ConfigError, match="unknown loss 'x'"):
        fit(dataclasses.replace(config, loss="x"))
    with pytest.raises(ConfigError, match="device 'warp'"):
        fit(dataclasses.replace(config, device="warp"))
    assert from_mapping(TrainConfig, dataclasses.asdict(config)) == config


def test_another_configuration_does_not_resume(config):
    small = dataclasses.replace(config, samples=32)
    fit(small)
    with pytest.raises(ConfigError, match="another configuration"):
        fit(dataclasses.replace(small, seed=1))


def test_damaged_checkpoint_is_named(trained, tmp_path):
    folder = shutil.copytree(trained / "model", tmp_path / "model")
    first = checkpoint.model_id(folder)
    whole = (folder / "weights.safetensors").read_bytes()
    (folder / "weights.safetensors").write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert checkpoint.model_id(folder) != first
    with pytest.raises(ModelError, match=f"damaged, .* expected {first}"):
        Embedder.load(folder)
    (folder / "config.json").unlink()
    with pytest.raises(ModelError, match=r"config\.json missing"):
        Embedder.load(folder)
