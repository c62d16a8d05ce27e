"""Who decided what, when, on which evidence: an append-only file, each line bound to the last."""
