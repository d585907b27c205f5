"""Statistical methods: table in, table out. They know no file, no chart and no country.

Each module names the publication its methods follow and the result the tests pin them to. They import ``analysis.errors`` and each
other's private helpers, nothing else of the project.
"""
