"""The web edge: translate a request, call one service or port, answer.

Nothing is imported here, for the reason that `aslo.web.api` gives.
"""
