"""SQLite files: connections, faults, and the tables of the record, one idea a module."""
