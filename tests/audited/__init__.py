"""The rooms of the audit, one a kind of published file. None imports anything of this project."""
