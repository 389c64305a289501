"""What `aslo demo` shows: sample activities and a forge to release them on."""
