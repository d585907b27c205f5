"""From notebooks to pages, in six rooms; a room imports only from those above it in this list.

plan      which (region, theme, language) pages the notebooks promise, with which parameters, and what each depends on
pages     an executed notebook -> HTML, facts.json, CSV, workbook; and the pages around them
formats   the same findings as PDF, Word, pictures, citations and data packages
gate      the checks that a page, and a finished site, must pass
run       where notebooks run: fork server, children, workers, Jupyter kernels, a cluster
publish   the output folder: batches, indexes, dated issues; one writer, whole pages only
"""
