"""Raw to processed: ``numbers``, ``periods`` and ``places`` read what was printed; one module per kind of raw file (``collection.build`` runs them all)."""
