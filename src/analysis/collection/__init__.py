"""The collection as a whole: ``build`` makes its tables from ``data/raw``; ``door`` and ``bulletins`` let a file or a decided
bulletin in, and keep it only when everything still builds. They stand above ``clean`` and ``intake``, which read and never build."""
