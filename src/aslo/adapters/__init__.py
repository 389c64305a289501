"""`<port>_<product>.py`: the only code that meets foreign libraries and programs."""
