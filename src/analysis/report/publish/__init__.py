"""The output folder: whole batches, dated issues, indexes; one writer, whole pages only."""
