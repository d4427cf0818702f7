import numpy as np
import pytest
from crystals import ALL, other_cells

from clac.config import GraphConfig
from clac.data.descriptor import DESCRIPTOR_WIDTH, describe, element_table, root_products
from clac.data.graphs import build_graph, collate, complete_shells
from clac.data.symmetry import analyze

CONFIG = GraphConfig()


def naive_neighbours(structure, centre, config):
    """Triple loop over images: distances within the shell of the 12th neighbour, sorted."""
    found = []
    reach = range(-5, 6)
    points = structure.frac @ structure.cell
    for image in ((i, j, k) for i in reach for j in reach for k in reach):
        for j, point in enumerate(points):
            vector = point + np.array(image) @ structure.cell - points[centre]
            distance = np.linalg.norm(vector)
            if 1e-9 < distance <= config.cutoff_ang:
                found.append((distance, j))
    found.sort()
    last = found[config.neighbours - 1][0] if len(found) >= config.neighbours else np.inf
    return [(d, j) for d, j in found if d <= last + config.shell_tolerance_ang]


@pytest.mark.parametrize("name", ALL)
def test_neighbours_equal_a_triple_loop(name):
    structure = analyze(ALL[name]).primitive
    centres = np.arange(len(structure))
    centre, neighbour, vector = complete_shells(structure, centres, CONFIG)
    for c in centres:
        wanted = naive_neighbours(structure, c, CONFIG)
        rows = centre == c
        distances = np.linalg.norm(vector[rows], axis=1)
        assert np.allclose(np.sort(distances), [d for d, _ in wanted], atol=1e-6)
        assert sorted(neighbour[rows]) == sorted(j for _, j in wanted)


def test_shells_are_complete():
    # 6 neighbours, then 12: twelve nearest would cut the second shell of rock salt in half.
    graph = build_graph(analyze(ALL["rock salt"]), CONFIG)
    assert [int((graph.edge_index[1] == node).sum()) for node in (0, 1)] == [18, 18]


def test_sparse_cell_stops_at_the_cutoff():
    from crystals import crystal

    graph = build_graph(analyze(crystal((30, 30, 30, 90, 90, 90), [2], [[0, 0, 0]])), CONFIG)
    assert graph.edge_index.shape == (2, 0)


def edge_lengths(graph, numbers):
    return sorted(
        (numbers[t], numbers[s], round(float(np.linalg.norm(v)), 3))
        for s, t, v in zip(*graph.edge_index, graph.edge_vector)
    )


@pytest.mark.parametrize("name", ALL)
def test_graph_and_descriptor_do_not_depend_on_the_cell(name):
    graph = build_graph(analyze(ALL[name]), CONFIG)
    for change, other in other_cells(ALL[name]):
        twin = build_graph(analyze(other), CONFIG)
        assert np.allclose(graph.descriptor, twin.descriptor, atol=1e-4), change
        assert edge_lengths(graph, graph.numbers) == edge_lengths(twin, twin.numbers), change


def test_multiplicities_count_the_primitive_cell():
    graph = build_graph(analyze(ALL["rutile"]), CONFIG)
    assert dict(zip(graph.numbers.tolist(), graph.multiplicity.tolist())) == {22: 2.0, 8: 4.0}


def test_collate_shifts_nodes_and_weighs_orbits():
    graphs = [build_graph(analyze(ALL[name]), CONFIG) for name in ("rutile", "wurtzite")]
    batch = collate(graphs)
    assert len(batch) == 2
    assert batch.graph.tolist() == [0, 0, 1, 1]
    assert batch.weight.tolist() == pytest.approx([1 / 3, 2 / 3, 0.5, 0.5])
    first = graphs[0].edge_index.shape[1]
    assert batch.edge_index[:, first:].min() >= 2


def test_descriptor_has_its_width_and_no_gaps():
    for structure in ALL.values():
        vector = describe(analyze(structure))
        assert vector.shape == (DESCRIPTOR_WIDTH,)
        assert np.isfinite(vector).all()
    assert np.isfinite(element_table()).all()


def test_root_products_of_a_cube_and_of_its_skewed_cells():
    cube = 3.0 * np.eye(3)
    wanted = [0, 0, 0, 3, 3, 3]
    rng = np.random.default_rng(0)
    for _ in range(20):
        change = np.eye(3, dtype=int)
        for _ in range(4):
            i, j = rng.choice(3, 2, replace=False)
            change[i] += rng.integers(-2, 3) * change[j]
        assert np.allclose(root_products(change @ cube), wanted, atol=1e-6)
