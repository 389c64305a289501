"""Values and rules: no I/O, no framework, nothing of aslo outside this folder."""
