"""Which pages are promised, with which parameters, and what each depends on."""
