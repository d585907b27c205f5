"""The door for files: what a file is, what its cells are, what they mean, and what of it is kept.

    sniff      bytes -> kind of file (by content, never by its name) and encoding
    readers    file -> sheets of text cells with positions
    layout     sheet -> blocks: heading rows, key columns, rows of figures, notes
    parted     a heading that says two things at once, cut into them
    keyed < stated < rowed   a block's columns of names; what holds for all of it (source, period, unit); places and periods of its rows
    meaning    block -> typed rows (place, indicator, period, value as printed, unit, cell) and what is left out, with the reason
    sidecar    FILE.toml: what a file does not say itself
    user       every file of data/raw/user, read or named
    forms      empty forms for people who type figures
    bulletins/ a document's text -> its statements, proposed for a person to decide on

Everything ends in the tables of ``clean`` (``collection.door`` shows, checks, keeps and builds); of the raw folders only ``data/raw/user`` (and, for bulletins, ``data/raw/bulletins``)
is written to. Nothing in a file is ever executed: formulas, links and entities are read as text or refused.
"""
