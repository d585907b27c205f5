"""Teaching packs: one source each (``notebooks/cases/NAME/pack.toml``), made into editions for students and instructors.

    packs      the source, read and checked           values     its numbers, from the tables
    exhibits   tables and figures of real rows        seals      right and wrong answers, sealed for the self-check
    caselab    the layer of the exercises: read, compute, check; standard library alone, copied into every pack
    books      notebooks, note, files of an edition   page       the same as one HTML file that opens from a disk
    notes      the teaching note                      leaks      answers looked for in a student's files
    slides     the lesson's, as HTML                  powerpoint the same deck to edit
    handout    case and exercises on paper (PDF, Word)
    marking    submissions run apart and marked by the layer; grades as CSV   slices   the data of a pack and its codebook

To add a pack, add a folder with a pack.toml (``notebooks/cases/README.md``); no code knows a pack by name.
"""
