"""The contract of every crystal encoder, and of the model around it."""

import dataclasses

import numpy as np
import pytest
import torch
from crystals import ALL, crystal, other_cells
from safetensors.torch import save_file

from clac.config import CrystalConfig, GraphConfig, ModelConfig, TextConfig
from clac.data.descriptor import COUNTS, FRACTIONS
from clac.data.graphs import build_graph, collate
from clac.data.symmetry import analyze
from clac.encoders import build_encoder
from clac.encoders.crystal import (
    Angles,
    Cgcnn,
    CrystalConvolution,
    Surroundings,
    orders,
)
from clac.encoders.network import WIDTH as N_NETWORK
from clac.encoders.numbers import NUMBERS, CrystalNumbers, TextNumbers, phases
from clac.encoders.numbers import WIDTH as N_NUMBERS
from clac.encoders.text import TextEncoder, from_description
from clac.encoders.waves import WIDTH, waves
from clac.errors import ConfigError
from clac.model import Clac, _sizes
from clac.runs import start_from
from clac.types import TextBatch

KINDS = ("cgcnn", "painn")
BACKBONE = {
    "model_type": "bert", "vocab_size": 50, "hidden_size": 16, "num_hidden_layers": 1,
    "num_attention_heads": 2, "intermediate_size": 32,
}  # fmt: skip


def graph_config(kind):
    return GraphConfig(orbits=kind == "cgcnn")


def encoder(kind):
    torch.manual_seed(0)
    return build_encoder(CrystalConfig(kind=kind, width=16, layers=2), graph_config(kind)).eval()


def graphs(kind, structures):
    return [build_graph(analyze(s), graph_config(kind)) for s in structures]


def model(kind="cgcnn", text: TextEncoder | None = None) -> Clac:
    torch.manual_seed(0)
    config = ModelConfig(
        dim=136, graph=graph_config(kind), text=TextConfig(max_tokens=16),
        crystal=CrystalConfig(kind=kind, width=16, layers=2, descriptor_width=32),
    )  # fmt: skip
    return Clac(config, text or from_description(BACKBONE)).eval()


@pytest.mark.parametrize("kind", KINDS)
@torch.no_grad()
def test_batched_equals_one_by_one(kind):
    encode, all_graphs = encoder(kind), graphs(kind, ALL.values())
    together = encode(collate(all_graphs))
    alone = torch.cat([encode(collate([graph])) for graph in all_graphs])
    assert together.shape == (len(ALL), encode.width)
    assert torch.allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ALL)
@torch.no_grad()
def test_embedding_does_not_depend_on_the_cell(kind, name):
    tower = model(kind)
    wanted = tower.encode_graphs(collate(graphs(kind, [ALL[name]])))
    for change, other in other_cells(ALL[name]):
        found = tower.encode_graphs(collate(graphs(kind, [other])))
        assert torch.allclose(found, wanted, atol=1e-4), change


@pytest.mark.parametrize("name", ALL)
@torch.no_grad()
def test_orbit_graph_equals_the_full_cell(name):
    symmetry = analyze(ALL[name])
    encode = encoder("cgcnn")
    orbits = build_graph(symmetry, GraphConfig(orbits=True))
    atoms = build_graph(symmetry, GraphConfig(orbits=False))
    assert len(orbits.numbers) <= len(atoms.numbers)
    assert torch.allclose(encode(collate([orbits])), encode(collate([atoms])), atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@torch.no_grad()
def test_single_atom_without_neighbours_works(kind):
    lonely = crystal((30, 30, 30, 90, 90, 90), [2], [[0, 0, 0]])
    features = encoder(kind)(collate(graphs(kind, [lonely, ALL["diamond"]])))
    assert torch.isfinite(features).all()


@torch.no_grad()
def test_convolution_equals_torch_geometrics():
    from torch_geometric.nn import CGConv

    torch.manual_seed(0)
    ours, theirs = CrystalConvolution(8, 5), CGConv(8, 5, aggr="add")
    theirs.load_state_dict(ours.state_dict())
    nodes, edges = torch.randn(6, 8), torch.randn(20, 5)
    index = torch.randint(0, 6, (2, 20))
    assert torch.allclose(ours(nodes, index, edges), theirs(nodes, index, edges), atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_learns(kind):
    encode = encoder(kind).train()
    encode(collate(graphs(kind, ALL.values()))).square().sum().backward()
    silent = [n for n, p in encode.named_parameters() if p.grad is None or not p.grad.any()]
    assert not [name for name in silent if "bias" not in name]


@pytest.mark.parametrize("kind", KINDS)
@torch.no_grad()
def test_input_is_not_changed(kind):
    batch = collate(graphs(kind, ALL.values()))
    before = [getattr(batch, f.name).clone() for f in dataclasses.fields(batch)]
    encoder(kind)(batch)
    for field, value in zip(dataclasses.fields(batch), before):
        assert torch.equal(getattr(batch, field.name), value)


@torch.no_grad()
def test_structures_that_differ_get_different_vectors():
    tower = model()
    vectors = tower.encode_graphs(collate(graphs("cgcnn", ALL.values()))).numpy()
    cosines = vectors @ vectors.T
    assert np.allclose(np.diag(cosines), 1, atol=1e-5)
    assert (cosines[np.triu_indices(len(ALL), 1)] < 0.9999).all()


@torch.no_grad()
def test_padding_does_not_change_a_text():
    tower = model()
    speak_numbers(tower)
    plain = tower.encode_tokens(text([2, 7, 9, 3], {2: 1.5}))
    padded = tower.encode_tokens(text([2, 7, 9, 3, 0, 0], {2: 1.5}, length=4))
    assert torch.allclose(plain, padded, atol=1e-6)
    assert plain.norm() == pytest.approx(1)


def text(ids, numbers, length=None) -> TextBatch:
    """Return a batch of one text whose tokens at some places are numbers."""
    values = torch.full((1, len(ids)), torch.nan)
    for place, value in numbers.items():
        values[0, place] = value
    mask = (torch.arange(len(ids)) < (length or len(ids))).long()
    return TextBatch(torch.tensor([ids]), mask[None], values)


def speak_numbers(tower: Clac) -> None:
    """Undo the start at zero of the part that reads numbers."""
    torch.manual_seed(1)
    torch.nn.init.normal_(tower.text.numbers.outer.weight)


@torch.no_grad()
def test_a_new_model_reads_numbers_as_words():
    tower = model()
    plain = tower.encode_tokens(text([2, 7, 9, 3], {}))
    assert torch.equal(plain, tower.encode_tokens(text([2, 7, 9, 3], {2: 5.2})))


@torch.no_grad()
def test_values_of_numbers_are_told_apart():
    tower = model()
    speak_numbers(tower)
    values = (torch.nan, -1.5, 0.0, 0.15, 0.16, 1.5, 150.0, 160.0, -1e30, 1e30)
    vectors = [tower.encode_tokens(text([2, 7, 9, 3], {2: value})) for value in values]
    vectors = torch.cat(vectors)
    assert torch.isfinite(vectors).all()
    apart = torch.cdist(vectors, vectors) + 10 * torch.eye(len(values))
    assert apart.min() > 1e-2


def test_gradients_stay_finite_beside_words_that_are_no_numbers():
    tower = model()
    speak_numbers(tower)
    tower.encode_tokens(text([2, 7, 9, 3], {2: 0.0})).sum().backward()
    gradients = [p.grad for p in tower.text.parameters() if p.grad is not None]
    assert gradients and all(torch.isfinite(gradient).all() for gradient in gradients)
    numbers = tower.text.numbers(torch.full((1, 3), torch.nan))
    assert not numbers.any()


def test_unknown_encoder_is_refused_by_name():
    with pytest.raises(ConfigError, match="'schnet'; known: cgcnn, painn"):
        build_encoder(CrystalConfig(kind="schnet"), GraphConfig())
    with pytest.raises(ConfigError, match="orbits = false"):
        build_encoder(CrystalConfig(kind="painn"), GraphConfig())


def test_waves_tell_numbers_apart_by_the_third_digit_at_every_size():
    for size in (0.15, 3.94, 150.0):
        own, *others = waves(torch.tensor([size, 1.003 * size, 1.01 * size]))
        near, far = ((own - other).norm() for other in others)
        assert 0.1 < near < far
    assert waves(torch.zeros(2, 3)).shape == (2, 3, WIDTH)


def test_sizes_and_amounts_of_a_crystal_are_read_from_its_descriptor():
    symmetry = analyze(ALL["rutile"], 0.01)
    descriptor = torch.from_numpy(build_graph(symmetry, GraphConfig()).descriptor)[None]
    volume, density, atoms, orbits, elements, usual = _sizes(descriptor)[0].tolist()
    assert volume == pytest.approx(symmetry.primitive.volume_ang3 / 6, rel=1e-4)
    assert (atoms, orbits, elements, usual) == pytest.approx((6, 2, 2, 6), rel=1e-4)
    assert 3 < density < 6
    assert descriptor[0, FRACTIONS].nonzero().flatten().tolist() == [7, 21]
    assert descriptor[0, COUNTS].expm1()[[7, 21]].tolist() == pytest.approx([2, 1], rel=1e-4)


DENSITY = slice(0, NUMBERS[0].shortest - NUMBERS[0].longest + 1)


def reading(turns: torch.Tensor) -> TextNumbers:
    """Return a reader that turns each wave of a density by an angle, whatever the words say."""
    reader = TextNumbers(16)
    with torch.no_grad():
        real, imaginary = reader.turn.bias.chunk(2)
        real[DENSITY], imaginary[DENSITY] = turns.cos(), turns.sin()
    return reader


@torch.no_grad()
def test_a_stated_density_is_nearest_to_the_crystal_that_has_it():
    densities = torch.tensor([2.0, 4.95, 5.0, 5.05, 9.0])
    sizes = torch.stack([torch.ones(5), densities, torch.ones(5)], dim=1)
    crystals = CrystalNumbers(3)(torch.zeros(5, 3), sizes)
    plain = reading(torch.zeros(10))
    doubled = reading(phases(torch.tensor([2e6]))[DENSITY] - phases(torch.tensor([1e6]))[DENSITY])
    for own, density in enumerate(densities.tolist()):
        told = plain(torch.zeros(1, 4, 16), text([2, 7, 9, 3], {2: density}).values)[0]
        assert (crystals @ told).argmax() == own
    # 'twice 2.52': what the words say may move a number.
    told = doubled(torch.zeros(1, 4, 16), text([2, 7, 9, 3], {2: 2.52}).values)[0]
    assert (crystals @ told).argmax() == 3


@torch.no_grad()
def test_a_new_model_has_no_numbers_in_its_texts_and_all_in_its_crystals():
    tower = model()
    numbers = tower.encode_tokens(text([2, 7, 9, 3], {2: 5.2}))[0, -N_NUMBERS:]
    assert not numbers.any()
    crystals = tower.encode_graphs(collate(graphs("cgcnn", ALL.values())))[:, -N_NUMBERS:]
    assert (crystals.norm(dim=1) > 0.3).all()


@torch.no_grad()
def test_a_new_model_has_its_network_in_its_crystals_alone():
    tower, place = model(), slice(-N_NUMBERS - N_NETWORK, -N_NUMBERS)
    assert not tower.encode_tokens(text([2, 7, 9, 3], {}))[0, place].any()
    batch = collate(graphs("cgcnn", ALL.values()))
    crystals = tower.encode_graphs(batch)[:, place]
    assert (crystals.norm(dim=1) > 0.3).all()
    # Every word is as far from the others as it can be: a crystal's are read from its entries.
    told = crystals @ tower.crystal_network.code.weight
    present = batch.network > 0
    assert all(told[i][present[i]].min() > told[i][~present[i]].mean() for i in range(len(batch)))


def test_a_model_without_room_for_words_is_refused():
    with pytest.raises(ConfigError, match="dim must be more than 128, found 128"):
        Clac(ModelConfig(dim=128), None)
    assert Clac(ModelConfig(dim=128, numbers=False), None)
    assert Clac(ModelConfig(dim=128, crystal=CrystalConfig(bonds=False)), None)
    with pytest.raises(ConfigError, match="numbers need the descriptor"):
        Clac(ModelConfig(crystal=CrystalConfig(descriptor_width=0)), None)


def test_weights_without_entries_for_numbers_give_their_first_ones(tmp_path):
    old = Clac(dataclasses.replace(model().config, numbers=False), from_description(BACKBONE))
    save_file(old.state_dict(), tmp_path / "model.safetensors")
    new = model()
    start_from(new, tmp_path)
    for layer in ("text_projection", "crystal_projection.2"):
        ours, theirs = new.get_submodule(layer), old.get_submodule(layer)
        assert torch.equal(ours.weight, theirs.weight[: len(ours.weight)])
        assert torch.equal(ours.bias, theirs.bias[: len(ours.bias)])
    assert torch.equal(new.crystal.embedding.weight, old.crystal.embedding.weight)


def test_powers_of_cosines_are_summed_over_pairs_of_neighbours() -> None:
    torch.manual_seed(0)
    batch = collate(graphs("cgcnn", list(ALL.values())[:4]))
    near = torch.rand(len(batch.edge_vector), 2)
    unit = torch.nn.functional.normalize(batch.edge_vector, dim=1)
    target = batch.edge_index[1]
    found = orders(near, unit, target, len(batch.numbers), Surroundings.POWERS)
    for node in range(len(batch.numbers)):
        own = target == node
        cosines, weights = unit[own] @ unit[own].T, near[own]
        for place, power in enumerate(Surroundings.POWERS):
            wanted = torch.einsum("is,ij,js->s", weights, cosines**power, weights)
            assert torch.allclose(found[node, :, place], wanted, atol=1e-4)


def test_angles_tell_an_octahedron_from_a_prism() -> None:
    """Six neighbours at one distance each: distances alone are the same."""
    octahedron = np.concatenate([np.eye(3), -np.eye(3)])
    turns = np.radians([0, 120, 240])
    triangle = np.stack([np.cos(turns), np.sin(turns), np.zeros(3)], axis=1) * (4 / 7) ** 0.5
    height = np.array([0, 0, (3 / 7) ** 0.5])
    prism = np.concatenate([triangle + height, triangle - height])
    vectors = torch.tensor(np.concatenate([octahedron, prism]), dtype=torch.float32)
    one = collate(graphs("cgcnn", [ALL["rock salt"]] * 2))
    batch = dataclasses.replace(
        one, numbers=torch.tensor([14, 14, 8, 8]), edge_vector=vectors,
        edge_index=torch.tensor([[2] * 6 + [3] * 6, [0] * 6 + [1] * 6]),
    )  # fmt: skip
    torch.manual_seed(0)
    one, three = torch.ones(4, 8), torch.ones(12, 3)
    for told in (
        Surroundings(16)(batch, vectors.norm(dim=1)),
        Angles(8, 3, 4)(one, batch.edge_index, three, vectors),
    ):
        assert (told[0] - told[1]).abs().max() > 1e-5
        assert torch.isfinite(told).all()  # also of nodes without a neighbour


def test_a_network_of_angles_sees_no_other_in_a_crystal_turned() -> None:
    torch.manual_seed(0)
    network = Cgcnn(CrystalConfig(width=16, radial=8, detectors=8, angles=4), 8.0)
    batch = collate(graphs("cgcnn", list(ALL.values())))
    turn = torch.linalg.qr(torch.randn(3, 3))[0]
    turned = dataclasses.replace(batch, edge_vector=batch.edge_vector @ turn)
    assert torch.allclose(network(batch), network(turned), atol=1e-5)
