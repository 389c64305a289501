"""One module for each use case: plain functions, ports are keyword-only arguments."""
