"""Hits of a query, as a list that reads its crystals, becomes a table, and shows in a notebook."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

from clac.errors import InputError
from clac.types import Record
from index.types import Condition, Filtered, Hit

if TYPE_CHECKING:
    import pandas
    import pymatgen.core


class Hits(list[Hit]):
    """Hits of one query, best first, and how they were found; a table in a notebook."""

    def __init__(
        self,
        hits: Iterable[Hit] = (),
        path: str = "",
        filtered: Filtered | None = None,
        understood: Sequence[Condition] = (),
        relaxed: bool = False,
        read: Callable[[Sequence[str]], list[Record]] | None = None,
    ) -> None:
        """Keep hits.

        Path: how the vectors were searched. Understood: what the text says for certain. Relaxed: no
        crystal meets all of it, so that it was taken softly. Read: gives the crystals of some ids,
        of the index that was asked.
        """
        super().__init__(hits)
        self.path = path
        self.filtered = filtered
        self.understood = tuple(understood)
        self.relaxed = relaxed
        self._read = read

    @overload
    def __getitem__(self, place: SupportsIndex) -> Hit: ...

    @overload
    def __getitem__(self, place: slice) -> Hits: ...

    def __getitem__(self, place: SupportsIndex | slice) -> Hit | Hits:
        """Return one hit, or some that know what these know."""
        found = super().__getitem__(place)
        if isinstance(found, Hit):
            return found
        told = (self.path, self.filtered, self.understood, self.relaxed, self._read)
        return Hits(found, *told)

    def records(self, first: int | None = None) -> list[Record]:
        """Read the crystals of all or of the first hits from the index, in the order of hits.

        Raises InputError where the hits have lost their index, as copies in other processes have.
        """
        if self._read is None:
            raise InputError("", "these hits have no index to read from; search again")
        return self._read([hit.id for hit in self[:first]])

    def structures(self) -> list[pymatgen.core.Structure]:
        """Return the crystals as they were indexed, in the order of hits."""
        from clac.data.formats.objects import to_pymatgen

        return [to_pymatgen(record.structure) for record in self.records()]

    def to_pandas(self) -> pandas.DataFrame:
        """Return a table with a row for each hit; each property is a column of its own.

        A property whose name another column has is called 'properties.NAME'.
        """
        import pandas

        names = [field.name for field in dataclasses.fields(Hit) if field.name != "properties"]
        rows = []
        for hit in self:
            row = {name: getattr(hit, name) for name in names}
            known = hit.properties.items()
            rows.append(row | {f"properties.{k}" if k in row else k: v for k, v in known})
        return pandas.DataFrame(rows) if rows else pandas.DataFrame(columns=names)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the open index behind on the way to another process."""
        return {**self.__dict__, "_read": None}

    def _repr_html_(self) -> str:
        """Write the hits as a notebook shows them."""
        from index.notebook import PICTURED, table

        pictured = self.records(PICTURED) if self._read else []
        return table(self, self.understood, pictured, relaxed=self.relaxed)
