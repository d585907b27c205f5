"""The checks that a page, and a finished site, must pass."""
