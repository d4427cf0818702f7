"""Every fact of a crystal as a label, and the head that learns them."""

import dataclasses

import numpy as np
import pytest
import torch
from known import known_facts

from clac.data.claims import INF, Claim, FactTable
from clac.data.elements import SYMBOLS
from clac.data.environment import SHAPES
from clac.dense import (
    BINS,
    LABELS,
    MOST_NEIGHBOURS,
    QUANTITIES,
    DenseHead,
    guess_loss,
    labels_and_values,
    sites_of,
)
from clac.encoders.numbers import NUMBERS, WIDTH, amplitudes, circle, phases

PLACE = {claim: i for i, claim in enumerate(LABELS)}


@pytest.fixture(scope="module")
def table() -> FactTable:
    return FactTable(known_facts())


def test_labels_are_what_the_facts_say(table) -> None:
    labels, _ = labels_and_values(table)
    assert labels.shape == (len(table), len(LABELS)) and labels.dtype == np.float32
    assert len(PLACE) == len(LABELS)
    for facts, row in zip(table.facts, labels):
        for word in ("0D", "1D", "2D", "3D"):
            known = float(facts.dimensionality == word) if facts.dimensionality else np.nan
            np.testing.assert_equal(row[PLACE[Claim("dimensionality", word)]], np.float32(known))
        assert row[PLACE[Claim("class", "oxide")]] == ("oxide" in facts.classes)
        for shape in ("octahedron", "cube"):
            cations = {s for e, s in facts.polyhedra or () if e != facts.anion}
            known = float(shape in cations) if facts.polyhedra is not None else np.nan
            label = row[PLACE[Claim("cation_polyhedron", shape)]]
            np.testing.assert_equal(label, np.float32(known))
        linked = ("octahedron", "edge", "octahedron") in facts.linkages
        known = float(linked) if facts.polyhedra is not None else np.nan
        label = row[PLACE[Claim("linkage", "octahedron|edge|octahedron")]]
        np.testing.assert_equal(label, np.float32(known))
        gap = facts.properties.get("band_gap", np.nan)
        metal = row[PLACE[Claim("band_gap", high=0.005)]]
        np.testing.assert_equal(metal, np.float32(np.nan if np.isnan(gap) else gap <= 0.005))


def test_sites_are_what_the_facts_say(table) -> None:
    where, what = sites_of(table.facts)
    assert what.shape == (len(where), MOST_NEIGHBOURS + len(SHAPES))
    for (row, z), around in zip(where, what):
        facts, symbol = table.facts[row], SYMBOLS[z - 1]
        assert symbol in facts.elements
        known = facts.coordination.get(symbol)
        found = {n for n in range(1, MOST_NEIGHBOURS + 1) if around[n - 1] == 1}
        assert np.isnan(around[:MOST_NEIGHBOURS]).all() == (not known)
        assert found == {n for n in known or () if n <= MOST_NEIGHBOURS}
        shapes = {(symbol, x) for x, there in zip(SHAPES, around[MOST_NEIGHBOURS:]) if there == 1}
        assert shapes == {x for x in facts.polyhedra or () if x[0] == symbol}


def test_a_value_is_in_one_bin(table) -> None:
    labels, _ = labels_and_values(table)
    for quantity, edges in BINS.items():
        own = [claim for claim in LABELS if claim.kind == quantity]
        places = [PLACE[claim] for claim in own if claim.low in edges and claim.high < INF]
        known = table.numbers(quantity)
        inside = (known >= edges[0]) & (known < edges[-1])
        assert inside.any() and (labels[inside][:, places].sum(axis=1) == 1).all(), quantity


def test_every_linkage_that_occurs_has_a_label(table) -> None:
    linkages = {link for facts in table.facts for link in facts.linkages}
    assert linkages and all(Claim("linkage", "|".join(link)) in PLACE for link in linkages)


def test_values_are_in_spreads_and_unknown_where_the_facts_are(table) -> None:
    _, values = labels_and_values(table)
    assert np.nanmax(np.abs(values)) <= 4
    for i, (quantity, centre, spread, log) in enumerate(QUANTITIES):
        known = table.numbers(quantity)
        back = values[:, i] * spread + centre
        inside = np.abs(values[:, i]) < 4
        np.testing.assert_array_equal(np.isnan(known), np.isnan(values[:, i]))
        np.testing.assert_allclose((np.exp(back) if log else back)[inside], known[inside],
                                   rtol=1e-4, atol=1e-5)  # fmt: skip


def test_loss_is_finite_where_hardly_anything_is_known(table) -> None:
    poor = [
        dataclasses.replace(f, polyhedra=None, coordination={}, dimensionality="", properties={})
        for f in table.facts[:5]
    ]
    embeddings = torch.nn.functional.normalize(torch.randn(5, 8), dim=1).requires_grad_()
    loss = DenseHead(8)(embeddings, FactTable(poor))
    loss.backward()
    assert torch.isfinite(loss) and torch.isfinite(embeddings.grad).all()


def test_unknown_facts_do_not_count(table) -> None:
    facts = next(f for f in table.facts if f.polyhedra)
    torch.manual_seed(0)
    head, embedding = DenseHead(8), torch.ones(1, 8) / 8**0.5
    unknown = dataclasses.replace(facts, polyhedra=None)
    labels, _ = labels_and_values(FactTable([unknown]))
    loss = head(embedding, FactTable([unknown]))
    with torch.no_grad():
        head.net[-1].bias[: len(LABELS)][torch.from_numpy(np.isnan(labels[0]))] += 100.0
    assert head(embedding, FactTable([unknown])) == loss != head(embedding, FactTable([facts]))


def test_the_head_learns(table) -> None:
    torch.manual_seed(0)
    few = FactTable(table.facts[:40])
    embeddings = torch.nn.functional.normalize(torch.randn(40, 16), dim=1)
    head = DenseHead(16)
    optimizer = torch.optim.Adam(head.parameters(), lr=1e-2)
    losses = []
    for _ in range(30):
        loss = head(embeddings, few)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.3 * losses[0]


def test_right_guesses_cost_nothing_and_unknown_ones_are_free(table) -> None:
    values = np.stack([table.numbers(w.quantity) for w in NUMBERS], axis=1).astype(np.float32)
    unknown = torch.from_numpy(np.isnan(values))
    waves = circle(phases(torch.from_numpy(np.nan_to_num(values)))) * amplitudes()
    vectors = torch.nn.functional.normalize(torch.cat([torch.ones(len(table), 1), waves], 1))
    assert vectors.shape[1] == WIDTH + 1 and unknown.any()
    assert guess_loss(vectors, table) == pytest.approx(0, abs=1e-6)
    vectors = vectors.roll(1, 0).requires_grad_()
    loss = guess_loss(vectors, table)
    loss.backward()
    assert loss > 0.1 and torch.isfinite(vectors.grad).all()
