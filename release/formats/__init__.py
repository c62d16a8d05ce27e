"""Findings as bytes: one file per format, pure functions of what an audience may see."""
