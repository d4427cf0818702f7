"""The text tower as ONNX, so that a query never waits for torch."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from clac.errors import ModelError
from clac.tokens import INPUTS, Tokenizer

if TYPE_CHECKING:
    from clac.model import Clac

PROBES = (
    "wide band gap nitride with the wurtzite structure",
    "LiCoO2",
    "A cubic perovskite oxide of strontium and titanium, space group Pm-3m (No. 221), "
    "density 5.1 g/cm3, with 6-coordinate titanium.",
)
TOLERANCE = 2e-3
"""largest difference of a vector's entry between torch and onnxruntime"""


def export_text(model: Clac, tokenizer: Tokenizer, folder: Path) -> None:
    """Write text.onnx (ids, mask, values (b, t) -> unit vectors (b, d)), checked against torch."""
    import torch

    class Tower(torch.nn.Module):
        def forward(
            self, ids: torch.Tensor, mask: torch.Tensor, values: torch.Tensor
        ) -> torch.Tensor:
            from clac.types import TextBatch

            return model.encode_tokens(TextBatch(ids, mask, values))

    tower = Tower()
    tower.model = model
    model.eval()
    arrays = tokenizer(PROBES)
    inputs = tuple(torch.from_numpy(array) for array in arrays)
    path = folder / "text.onnx"
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            tower, inputs, dynamo=True, optimize=False, verbose=False,
            input_names=INPUTS, output_names=["vectors"],
            dynamic_shapes={name: {0: "b", 1: "t"} for name in INPUTS},
        )  # fmt: skip
        wanted = tower(*inputs).numpy()
    _share_weights(program, model, path)
    _check(path, dict(zip(INPUTS, arrays)), wanted)


def _share_weights(program: object, model: Clac, path: Path) -> None:
    """Write the graph with its weights left in weights.safetensors, cast to float32 on loading."""
    import onnx

    proto: onnx.ModelProto = program.model_proto
    offsets = _tensor_offsets(path.parent / "weights.safetensors")
    own = {f"model.{name}": name for name, _ in model.named_parameters()}
    casts, inside = [], []
    for tensor in proto.graph.initializer:
        name = own.get(tensor.name)
        if name is None or name not in offsets:
            inside.append(tensor)
            continue
        kind, start, end = offsets[name]
        stored = onnx.TensorProto(dims=tensor.dims, data_type=kind, name=tensor.name)
        if kind == onnx.TensorProto.FLOAT16:
            stored.name += ".half"
            casts.append(onnx.helper.make_node(
                "Cast", [stored.name], [tensor.name], to=onnx.TensorProto.FLOAT))  # fmt: skip
        stored.data_location = onnx.TensorProto.EXTERNAL
        for key, value in (("location", "weights.safetensors"), ("offset", start),
                           ("length", end - start)):  # fmt: skip
            stored.external_data.add(key=key, value=str(value))
        inside.append(stored)
    nodes = [*casts, *proto.graph.node]
    for node in proto.graph.node:
        del node.metadata_props[:]  # stack traces of the machine that exported
    del proto.graph.initializer[:], proto.graph.node[:], proto.graph.value_info[:]
    proto.graph.initializer.extend(inside)
    proto.graph.node.extend(nodes)
    path.write_bytes(proto.SerializeToString())


def _tensor_offsets(path: Path) -> dict[str, tuple[int, int, int]]:
    """Read ONNX type, first byte and end of each tensor of a safetensors file."""
    import onnx

    kinds = {"F16": onnx.TensorProto.FLOAT16, "F32": onnx.TensorProto.FLOAT}
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    return {
        name: (kinds[entry["dtype"]], *(8 + length + at for at in entry["data_offsets"]))
        for name, entry in header.items()
        if name != "__metadata__" and entry["dtype"] in kinds
    }


def _check(path: Path, inputs: Mapping[str, np.ndarray], wanted: np.ndarray) -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, dict(inputs))
    difference = float(np.abs(found - wanted).max())
    if not difference <= TOLERANCE:
        raise ModelError(f"{path}: differs from torch by {difference:.1e}, allowed {TOLERANCE:.0e}")
