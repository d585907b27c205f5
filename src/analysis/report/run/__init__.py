"""Where notebooks run: fork server, children, workers, Jupyter kernels, a cluster."""
