"""Check a bundle: everything that is wrong with it, at once, from the bytes to be served."""
