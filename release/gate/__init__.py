"""From findings to a verdict: nothing else in the package knows what blocks a release."""
