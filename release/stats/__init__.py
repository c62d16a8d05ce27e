"""Pure numbers: estimates with honest uncertainty, from counts and exact sums; no files, no clock, one named seed."""
