"""The workbench: ask the collection from a notebook. Typed functions over tables, catalogue, methods and charts; no widget is needed.

import analysis

analysis.ask("山西 执业医师 2014-2023")          # a trend; with 排名, 地图 or 对比 a rank, a map, a comparison
analysis.search("病床")                          # places, indicators, measures, statements, sources
analysis.describe("observations")               # what each column holds
question = analysis.select(["山西", "江苏"], ["doctors"], (2014, 2023))
question.trend(); question.rank(); question.map(); question.compare(); question.table()
question.download("doctors.csv")                # with source and place of every row
analysis.add("own.xlsx", source="...")          # a table of one's own, asked at once; check(...) keeps nothing
analysis.cite()                                 # the collection; cite(fact), cite(answer), cite("002-002"): text, .bibtex, .ris

search     what is held under a word              select   places, indicators and years, and what can be asked of them
answers    what comes back, as JupyterLab shows it  words    a question in words            describe   columns of the tables
form       the same with widgets (analysis.browse(), needs ipywidgets)
own        a table of one's own                   side     places side by side
cite       citations                              workspace   copies of the notebooks to work in     launcher   the notebook that opens first
"""
