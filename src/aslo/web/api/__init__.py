"""The JSON API, version 1: what programs read of the store, described by its own types.

Nothing is imported here, so that a client can have the shapes without the server's packages.
"""
