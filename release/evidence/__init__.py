"""Evidence: raw rows computed into results with intervals, and the facts that rules may ask for."""
