"""The activity store of Sugar Labs."""
