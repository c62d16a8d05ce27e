"""Pure numbers: estimates with uncertainty from counts and exact sums; no files, no clock, one seed."""
