"""Encoders, each behind the one abstract `Encoder`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clac.config import CrystalConfig, GraphConfig
from clac.encoders.base import Encoder
from clac.errors import ConfigError

if TYPE_CHECKING:
    from clac.encoders.crystal import CrystalEncoder


def build_encoder(config: CrystalConfig, graph: GraphConfig) -> CrystalEncoder:
    """Build the crystal encoder that a configuration names. Raises ConfigError if unknown."""
    from clac.encoders.crystal import Cgcnn, Painn

    match config.kind:
        case "cgcnn":
            return Cgcnn(config, graph.cutoff_ang)
        case "painn" if graph.orbits:
            raise ConfigError(
                "the encoder painn needs graphs of all atoms: set graph.orbits = false"
            )
        case "painn":
            return Painn(config, graph.cutoff_ang)
        case other:
            raise ConfigError(f"unknown crystal encoder {other!r}; known: cgcnn, painn")


__all__ = ["Encoder", "build_encoder"]
