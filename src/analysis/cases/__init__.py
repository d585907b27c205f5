"""Teaching cases: what the notebooks under notebooks/cases call, and the editions made from one source.

To add a case NAME, two things are needed and nothing else changes:

1. ``src/analysis/cases/NAME.py``: ``load()`` reads the rows (``tables.read``; what it reads becomes the pack's data/), one function an
   exhibit returns a Finding in two languages.
2. ``notebooks/cases/NAME/`` with case.ipynb, exercises.ipynb, teaching_note.md, README.md. Their metadata: ``yigai`` with case, part,
   module and title. Text cells are twins, tagged lang-zh then lang-en. A solution cell has its markers (see editions), ``yigai`` with
   exercise, level and answers, and nbgrader's metadata; the check after it has a hidden test and grade_id ``<exercise>-check``; the text
   before it shows exercise and points. ``{{ answer }}`` in the note and ``{{ as_of }}`` in the README are filled in.

``yigai case NAME`` builds it; tests/test_cases.py tests every folder. A column new to the packs needs a line in codebook.csv.
"""
