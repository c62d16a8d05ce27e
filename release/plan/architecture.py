"""The number of parameters that follows from a model's architecture."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

Architecture = Mapping[str, Any]


def parameters_computed(architecture: Architecture) -> int | None:
    """Return the number of parameters, or None where the family has no known formula or a number is missing.

    Args:
        architecture: `family` and its numbers, as a plan has them.
    """
    formula = _FORMULAS.get(architecture.get("family", ""))
    try:
        return None if formula is None else formula(architecture)
    except KeyError:
        return None


def _gpt2(shape: Architecture) -> int:
    """Count GPT-2: tied token table, learned positions, biases, feed-forward of four times the width.

    V*d + C*d + L*(12*d^2 + 13*d) + 2*d; 124,439,808 for 12 layers of 768.
    """
    width = shape["width"]
    return int(
        shape["vocabulary"] * width + shape["context"] * width + shape["layers"] * _layer(width) + 2 * width
    )


def _layer(width: int) -> int:
    """Count a layer with biases: attention 4*d^2 + 4*d, feed-forward 8*d^2 + 5*d, two norms 4*d."""
    return 12 * width**2 + 13 * width


def _opt(shape: Architecture) -> int:
    """Count OPT: as GPT-2, with two more positions than the context has tokens.

    The one size whose token table is narrower than its layers (350M: 512 and 1,024) has two projections
    between them and no last norm. Gives 125,239,296 and 331,196,416 for the two smallest sizes.
    """
    width = shape["width"]
    narrow = shape.get("embedding_width", width)
    ends = 2 * width if narrow == width else 2 * narrow * width
    return int(
        shape["vocabulary"] * narrow + (shape["context"] + 2) * width + shape["layers"] * _layer(width) + ends
    )


def _llama(shape: Architecture) -> int:
    """Count LLaMA: no biases, rotary positions, gated feed-forward, an output table of its own.

    Where the width of the feed-forward layer is not given it is that of the first version: two thirds of four
    times the width, rounded up to a multiple of 256. Gives 6,738,415,616 for 32 layers of 4,096.
    """
    width = shape["width"]
    feed_forward = shape.get("feed_forward", 256 * math.ceil(int(8 * width / 3) / 256))
    keys = width
    if "kv_heads" in shape:
        head_width = shape["head_width"] if "head_width" in shape else width // shape["heads"]
        keys = shape["kv_heads"] * head_width
    layer = 2 * width**2 + 2 * width * keys + 3 * width * feed_forward + 2 * width
    tables = 1 if shape.get("tied_embeddings", False) else 2
    return int(tables * shape["vocabulary"] * width + shape["layers"] * layer + width)


_FORMULAS: Final[Mapping[str, Callable[[Architecture], int]]] = {"gpt2": _gpt2, "llama": _llama, "opt": _opt}
