"""Teaching cases: what the notebooks under notebooks/cases call, and the editions made from one source."""
