"""Lists of elements as filters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.filters import All, Filter, Test
from index.reading.elements import Item
from index.reading.formulas import in_order, system


def groups_of(items: Sequence[Item]) -> list[tuple[frozenset[str], bool]]:
    """Part a list at its 'and's: members, and whether any of them will do."""
    chunks: list[list[Item]] = [[items[0]]]
    for item in items[1:]:
        if item.joint in ("and", " ", "-"):
            chunks.append([item])
        else:
            chunks[-1].append(item)
    groups: list[tuple[frozenset[str], bool]] = []
    for chunk in chunks:
        if any(item.joint == "or" for item in chunk[1:]):
            groups.append((frozenset().union(*(item.members for item in chunk)), True))
        else:
            groups += [(item.members, item.family) for item in chunk]
    return groups


def with_all(items: Sequence[Item]) -> Filter:
    """Ask for all elements of a list, and for any of each family."""
    groups = groups_of(items)
    needed = frozenset().union(*(members for members, some in groups if not some))
    tests = [Test("elements", "has_all", in_order(needed))] if needed else []
    tests += [Test("elements", "has_any", in_order(members)) for members, some in groups if some]
    return all_of(tests)


def all_of(tests: Iterable[Filter]) -> Filter:
    """Join tests that all must hold."""
    parts = tuple(tests)
    return parts[0] if len(parts) == 1 else All(parts)


def exactly(items: Sequence[Item]) -> Filter:
    """Ask for the elements of a list and no others."""
    groups = groups_of(items)
    members = frozenset().union(*(group for group, _ in groups))
    if any(some for _, some in groups):
        return All((with_all(items), Test("elements", "has_only", in_order(members))))
    return Test("chemical_system", "=", system(members))
