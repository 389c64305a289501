"""The web edge: translate a request, call one service, answer."""
