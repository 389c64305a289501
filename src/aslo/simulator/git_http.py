"""Git over HTTP, spoken by git itself: https://git-scm.com/docs/git-http-backend."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from flask import Response, request

CHUNK_BYTES = 65_536


def answer(folder: Path, rest: str) -> Response:
    """Let `git http-backend` answer the present request for one bare repository."""
    process = subprocess.Popen(  # closed when the answer has been sent
        ["git", "http-backend"],
        env=_environment(folder, rest),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    asked, told = _pipes(process)
    asked.write(request.get_data(cache=False))
    asked.close()
    status, headers = _head(told)
    return Response(_rest(process, told), status, headers)


def _environment(folder: Path, rest: str) -> dict[str, str]:
    """The CGI variables of RFC 3875 that git reads."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_PROJECT_ROOT": str(folder.parent),
        "PATH_INFO": f"/{folder.name}/{rest}",
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": request.query_string.decode("ascii", "replace"),
        "CONTENT_TYPE": request.content_type or "",
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        "REMOTE_ADDR": request.remote_addr or "",
    }


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("git http-backend was started without pipes")
    return process.stdin, process.stdout


def _head(told: IO[bytes]) -> tuple[int, list[tuple[str, str]]]:
    """Status and headers as a CGI program writes them."""
    status = 200
    headers = []
    while line := told.readline().strip().decode("latin-1"):
        name, _, value = line.partition(":")
        if name.lower() == "status":
            status = int(value.split()[0])
        else:
            headers.append((name, value.strip()))
    return status, headers


def _rest(process: subprocess.Popen[bytes], told: IO[bytes]) -> Iterator[bytes]:
    try:
        while chunk := told.read(CHUNK_BYTES):
            yield chunk
    finally:
        told.close()
        process.kill()
        process.wait()
