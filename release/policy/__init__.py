"""Policy packs: rules read, type-checked and compiled once, then asked of the facts in three-valued logic."""
