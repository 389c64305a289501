"""The record in MongoDB, one idea a module."""
