import math
from statistics import mean

import pytest
import torch
from torch.nn.functional import normalize

from clac.losses import classify, false_negatives, infonce, siglip


def pairs(n=6, d=5, seed=0):
    torch.manual_seed(seed)
    return normalize(torch.randn(n, d), dim=1), normalize(torch.randn(n, d), dim=1)


def test_infonce_equals_its_definition():
    a, b = pairs()
    total = 0.0
    for left, right in ((a, b), (b, a)):
        for i in range(len(left)):
            scores = [float(10 * left[i] @ right[j]) for j in range(len(right))]
            total -= scores[i] - torch.logsumexp(torch.tensor(scores), 0).item()
    assert infonce(a, b, torch.tensor(10.0)).item() == pytest.approx(total / (2 * len(a)), rel=1e-5)


def test_siglip_equals_its_definition():
    a, b = pairs()
    total = 0.0
    for i in range(len(a)):
        for j in range(len(b)):
            logit = 10 * a[i] @ b[j] - 3
            total += torch.log1p(torch.exp(-(logit if i == j else -logit))).item()
    found = siglip(a, b, torch.tensor(10.0), torch.tensor(-3.0))
    assert found.item() == pytest.approx(total / len(a), rel=1e-5)


def test_false_negatives_do_not_count():
    a, b = pairs()
    b[1] = a[0]  # the text of crystal 1 fits crystal 0 perfectly
    same = false_negatives(torch.tensor([7, 7, 1, 2, 3, 4]))
    assert same.sum() == 2
    assert not same.diagonal().any()
    scale, bias = torch.tensor(10.0), torch.tensor(-3.0)
    assert infonce(a, b, scale, unclear=same) < infonce(a, b, scale)
    assert siglip(a, b, scale, bias, unclear=same) < siglip(a, b, scale, bias)
    assert torch.isfinite(infonce(a, b, scale, unclear=same))


def test_crystals_beyond_the_pairs_are_negatives_of_every_text():
    a, b = pairs()
    more, _ = pairs(3, seed=1)
    crystals = torch.cat([a, more])
    scale, bias = torch.tensor(10.0), torch.tensor(-3.0)
    texts_to_crystals = pairs_to_texts = pairwise = 0.0
    for i in range(len(b)):
        scores = [10 * b[i] @ c for c in crystals]
        texts_to_crystals -= scores[i] - torch.logsumexp(torch.stack(scores), 0)
        scores = [10 * a[i] @ t for t in b]
        pairs_to_texts -= scores[i] - torch.logsumexp(torch.stack(scores), 0)
        for j, crystal in enumerate(crystals):
            logit = 10 * crystal @ b[i] - 3
            pairwise += torch.log1p(torch.exp(-logit if i == j else logit))
    expected = (texts_to_crystals + pairs_to_texts) / (2 * len(b))
    assert infonce(crystals, b, scale).item() == pytest.approx(expected.item(), rel=1e-5)
    assert siglip(crystals, b, scale, bias).item() == pytest.approx(pairwise.item() / 6, rel=1e-5)


def test_crystals_beyond_the_pairs_can_be_left_out():
    a, b = pairs()
    more, _ = pairs(3, seed=1)
    same = torch.zeros(9, 6, dtype=torch.bool)
    same[6:] = True
    scale, bias = torch.tensor(10.0), torch.tensor(-3.0)
    crystals = torch.cat([a, more])
    assert infonce(crystals, b, scale, unclear=same).item() == pytest.approx(
        infonce(a, b, scale).item()
    )
    assert siglip(crystals, b, scale, bias, unclear=same).item() == pytest.approx(
        siglip(a, b, scale, bias).item()
    )


def test_each_pair_that_fits_is_held_against_what_does_not():
    a, b = pairs()
    more, _ = pairs(2, seed=1)
    crystals = torch.cat([a, more])
    fits = torch.eye(8, 6, dtype=torch.bool)
    fits[7, 0] = fits[3, 0] = True
    unclear = torch.zeros_like(fits)
    unclear[6, 0] = True
    logits = (10 * crystals @ b.T).tolist()
    by_text = []
    for j in range(6):
        wrong = [logits[i][j] for i in range(8) if not fits[i, j] and not unclear[i, j]]
        by_text.append([against(logits[i][j], wrong) for i in range(8) if fits[i, j]])
    by_crystal = []
    for i in range(6):
        wrong = [logits[i][j] for j in range(6) if not fits[i, j] and not unclear[i, j]]
        by_crystal.append([against(logits[i][j], wrong) for j in range(6) if fits[i, j]])
    expected = sum(sum(map(mean, rows)) / 12 for rows in (by_text, by_crystal))
    found = infonce(crystals, b, torch.tensor(10.0), fits, unclear)
    assert found.item() == pytest.approx(expected, rel=1e-5)


def against(right, wrong):
    """Return the cross entropy of one logit among wrong ones."""
    return math.log(sum(math.exp(x - right) for x in wrong) + 1)


def test_what_fits_everything_leaves_a_finite_gradient():
    a, b = pairs()
    a.requires_grad_()
    infonce(a, b, torch.tensor(10.0), torch.ones(6, 6, dtype=torch.bool)).backward()
    assert torch.isfinite(a.grad).all()


def test_perfect_pairs_have_the_least_loss():
    a, b = pairs()
    assert infonce(a, a, torch.tensor(50.0)) < 0.1 < infonce(a, b, torch.tensor(50.0))


def test_labels_count_alike_however_many_crystals_they_fit():
    crystals, texts = pairs(6)
    labels, scale = texts[:3], torch.tensor(10.0)
    fits = torch.tensor([[1, 0, 0], [1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 1], [0, 0, 1]]).bool()
    unclear = torch.zeros_like(fits)
    unclear[5, 0] = True
    total = 0.0
    for label in range(3):
        terms = []
        for row in range(6):
            if fits[row, label]:
                logit = float(10 * crystals[row] @ labels[label])
                for wrong in (
                    [10 * crystals[row] @ labels[j] for j in range(3)
                     if not fits[row, j] and not unclear[row, j]],
                    [10 * crystals[i] @ labels[label] for i in range(6)
                     if not fits[i, label] and not unclear[i, label]],
                ):  # fmt: skip
                    terms.append(math.log1p(sum(math.exp(float(x) - logit) for x in wrong)))
        total += sum(terms) / (len(terms) / 2)
    found = classify(crystals, labels, scale, fits, unclear)
    assert found.item() == pytest.approx(total / 6, rel=1e-5)
    none = classify(crystals, labels, scale, torch.zeros_like(fits), unclear)
    assert none == 0
