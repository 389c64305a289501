"""What the store carries, measured beside what it is made of; no part of what is installed."""
