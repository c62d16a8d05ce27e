"""Variants: the models of the family, their sizes, architectures and training."""

from __future__ import annotations

from release.plan.models.words import ID, TEXT, TEXT_LIST_OR_REFERENCE, TEXTS, TRUTH
from release.plan.shapes import (
    Digest,
    ListOf,
    LooseText,
    Number,
    OneOf,
    Record,
    Whole,
    Word,
    may,
    must,
)

NUMBER = Number()

ARCHITECTURE = Record(
    "Architecture",
    "The shape of a model, from which its size is computed where the family's formula is known.",
    may("family", Word("gpt2", "llama", "opt", "grover", "other"), "Whose formula counts the parameters."),
    may("layers", Whole(1), "Number of layers."),
    may("width", Whole(1), "Width of the hidden state."),
    may("vocabulary", Whole(1), "Entries of the token table."),
    may("context", Whole(1), "Longest context in tokens."),
    may("heads", Whole(1), "Attention heads per layer."),
    may("kv_heads", Whole(1), "Heads for keys and values, where fewer than attention heads."),
    may("head_width", Whole(1), "Width of one head."),
    may("feed_forward", Whole(1), "Width of the feed-forward layer."),
    may("embedding_width", Whole(1), "Width of the token table, where it differs from the hidden state's."),
    may("tied_embeddings", TRUTH, "Whether input and output share one token table."),
    may("experts", Whole(1), "Experts per layer."),
    may("experts_active", Whole(1), "Experts used per token."),
    may("active_parameters", Whole(1), "Parameters used per token."),
    may("positions", TEXT, "How positions are encoded."),
    may("activation", TEXT, "Activation function."),
    may("normalisation", TEXT, "Kind of normalisation."),
    may("precision", TEXT, "Number format of the weights."),
    extra=OneOf(NUMBER, TRUTH, TEXT),
)

COST = Record(
    "Cost",
    "What training cost.",
    may("amount", Number(0), "How much."),
    may("unit", TEXT, "Of what, such as USD or TPU-v3 days."),
    may("text", TEXT, "In words."),
    short="text",
)

TRAINING = Record(
    "Training",
    "What the model was trained on, and with how much.",
    may("compute_flop", Number(0), "Floating point operations."),
    may("tokens", Whole(), "Tokens seen."),
    may("data", TEXT_LIST_OR_REFERENCE, "What data."),
    may("cutoff", LooseText("a date or text"), "Where the data end in time."),
    may("cost", COST, "What it cost: text, or {amount, unit}."),
)

VARIANT = Record(
    "Variant",
    "A model of the family: a size, or a state such as a fine-tuned one.",
    must("id", ID, "Short name of the model."),
    must("title", TEXT, "What people call it."),
    may("parameters", Whole(1), "Exact number of parameters, or `undisclosed`."),
    may("aliases", TEXTS, "Other names, such as a size that was first published wrong."),
    may("architecture", ARCHITECTURE, "Its shape."),
    may("training", TRAINING, "How it was trained."),
    may(
        "checkpoints",
        ListOf(
            Record(
                "Checkpoint",
                "A file of weights.",
                may("name", TEXT, "File name."),
                may("sha256", Digest(), "SHA-256 of the file."),
                may("bytes", Whole(), "Size of the file in bytes."),
            )
        ),
        "The files of weights that were judged.",
    ),
    may("samplers", TEXTS, "Samplers that it is offered with, such as top_k_40 or nucleus."),
    may("training_methods", TEXTS, "How it was tuned, such as rlhf."),
    kind="variant",
)
