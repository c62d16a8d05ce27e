"""Charts drawn by hand as SVG: light colours as attributes, over which style sheets may put others."""
