"""From notebooks to pages: plan, run, check, publish.

    parameters  the typed schema of a notebook's parameters cell; wrong values never start a run
    plan        which (region, theme, language) pages the notebooks promise
    cache       what a page depends on, as a key; whether it must be made again, and why
    forkserver  a preloaded process that forks a clean child for each report (stdlib and IPython only)
    engine      the papermill engine ``yigai`` that talks to it, with plain papermill as fallback
    worker      one report: run the notebook, refuse an incomplete run, build the page in memory
    publish     the output folder: lock, staging, commit, recovery after a kill, manifest
    batch       all of it for many reports; cluster sends the same jobs to a Dask scheduler
    schedule    ``--due``: which dated issue is missing
    page, site  the pages themselves, from executed notebooks alone

This wing never imports ``analysis.themes``: it runs notebooks and preloads by name what they import.
"""
