"""A model on disk: config.json, weights.safetensors, tokenizer.json, text.onnx and meta.json.

Its content hash is the model id that indexes are bound to.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clac.config import ModelConfig, from_mapping
from clac.errors import ModelError
from clac.tokens import Tokenizer

if TYPE_CHECKING:
    from clac.model import Clac

FORMAT_VERSION = 6
DEFAULT_FOLDER = Path(__file__).parent / "weights"
PARTS = ("config.json", "weights.safetensors", "tokenizer.json", "text.onnx")
"""what the model id covers"""


@dataclasses.dataclass(frozen=True, slots=True)
class Description:
    """What a checkpoint folder says of itself, read without torch."""

    folder: Path
    model_id: str
    config: ModelConfig
    text_backbone: Mapping[str, Any]
    """the Hugging Face configuration of the text encoder"""
    scale: float
    """the learned factor on cosines, one over the temperature"""


def describe(folder: Path = DEFAULT_FOLDER) -> Description:
    """Read config and id of a checkpoint folder.

    Raises ModelError where a part is missing, damaged or of another format.
    """
    missing = [name for name in (*PARTS, "meta.json") if not (folder / name).is_file()]
    if missing:
        raise ModelError(
            f"{folder}: {', '.join(missing)} missing; train a model with 'clac train CONFIG.toml'"
        )
    try:
        values = json.loads((folder / "config.json").read_text())
        version = values["format_version"]
        if version != FORMAT_VERSION:
            raise ModelError(
                f"{folder}: model format {version}, this version reads {FORMAT_VERSION}; "
                "train it again or install the matching version"
            )
        config = from_mapping(ModelConfig, values["model"])
        found = model_id(folder)
        expected = json.loads((folder / "meta.json").read_text())["model_id"]
        if found != expected:
            raise ModelError(
                f"{folder}: damaged, its parts hash to {found}, expected {expected}; "
                "install it again or train it again"
            )
        return Description(folder, found, config, values["text_backbone"], values["scale"])
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{folder}: not a model configuration ({error})") from error


def model_id(folder: Path) -> str:
    """Hash the parts of a checkpoint folder: 16 hexadecimal digits of SHA-256."""
    digest = hashlib.sha256()
    for name in PARTS:
        digest.update(name.encode())
        with (folder / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def save(
    folder: Path, model: Clac, tokenizer: Tokenizer, meta: Mapping[str, Any], half: bool = False
) -> None:
    """Write a checkpoint folder; with `half` the weights are rounded to float16 first.

    The text tower is exported to ONNX from the weights as stored and checked against torch;
    raises ModelError where the two differ.
    """
    from safetensors.torch import save_file

    from clac.export import export_text

    folder.mkdir(parents=True, exist_ok=True)
    if half:
        model.half().float()
    weights = {
        name: (value.half() if half and value.is_floating_point() else value).contiguous()
        for name, value in model.state_dict().items()
    }
    save_file(weights, folder / "weights.safetensors")
    tokenizer.save(folder / "tokenizer.json")
    values = {
        "format_version": FORMAT_VERSION,
        "model": dataclasses.asdict(model.config),
        "text_backbone": _backbone_description(model),
        "scale": float(model.log_scale.detach().exp()),
    }
    (folder / "config.json").write_text(json.dumps(values, indent=2) + "\n")
    export_text(model, tokenizer, folder)
    stated = {"model_id": model_id(folder), **meta}
    (folder / "meta.json").write_text(json.dumps(stated, indent=2) + "\n")


def load(folder: Path = DEFAULT_FOLDER, *, text: bool = True) -> Clac:
    """Load a model for evaluation; without `text` the crystal tower alone, which is quicker.

    Raises ModelError for missing or damaged parts.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from clac.model import Clac

    description = describe(folder)
    encoder = None
    if text:
        from clac.encoders.text import from_description

        encoder = from_description(dict(description.text_backbone))
    model = Clac(description.config, encoder)
    try:
        weights = load_file(folder / "weights.safetensors")
        model.load_state_dict(
            {
                name: value.float() if value.is_floating_point() else value
                for name, value in weights.items()
                if text or not name.startswith("text")
            }
        )
    except (SafetensorError, RuntimeError) as error:
        raise ModelError(f"{folder}/weights.safetensors: damaged or foreign ({error})") from error
    return model.eval()


def _backbone_description(model: Clac) -> Mapping[str, Any]:
    keep = {"model_type", "attn_implementation"}
    values = model.text.backbone.config.to_diff_dict()
    plain = (str, int, float, bool)
    dropped = {"architectures", "dtype", "torch_dtype", "transformers_version", "_name_or_path"}
    return {
        k: v for k, v in values.items() if k in keep or (isinstance(v, plain) and k not in dropped)
    }
