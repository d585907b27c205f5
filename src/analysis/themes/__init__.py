"""One module per notebook: which rows it asks for, and the sentences in both languages with the conditions under which each may be said.

`panel` is the exception: the rows that several notebooks share (rates per 1,000 residents of all provinces, peers, flagged jumps).

A theme is one module even where it is longer than 400 lines (never than 1,000): whoever reads a notebook finds what its sections show in
one place, in their order. What several themes share stands in modules of its own: `subjects`, `statements`, `naming`, `planned`, `held`.
"""

from analysis import paths

if (
    own := paths.own_themes()
):  # a theme that `yigai new` wrote into a folder without a checkout is found like any other
    __path__.append(str(own))
