"""The API of a Docker engine, asked through the docker program, which knows where the engine is.

What is asked stands in https://docs.docker.com/reference/api/engine/. No version is asked for, so
that an engine of any age answers.
"""

import os
import subprocess
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from socket import socketpair
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlencode

import msgspec

from aslo.domain.errors import BuilderError

_PROGRAM = ("docker", "system", "dial-stdio")
_SECONDS = 60


class _Refusal(msgspec.Struct):
    """What an engine says of a request that it does not grant."""

    message: str = "it said nothing"


class DockerEngine:
    """A connection to the engine, for a `with` block; BuilderError where none answers.

    One program carries any number of questions: its start costs more than most of the answers.
    """

    def __init__(self, seconds: int = _SECONDS) -> None:
        self._seconds = seconds
        self._line: _Line | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hang_up()

    def find(self, path: str, **query: str) -> bytes | None:
        """What stands at a path, as JSON; None if nothing does."""
        status, answer = self._ask("GET", path, query)
        return None if status == HTTPStatus.NOT_FOUND else _granted(status, answer)

    def make(self, path: str, content: object, **query: str) -> None:
        """Have something made of what is sent as JSON; BuilderError if that is refused."""
        _granted(*self._ask("POST", path, query, msgspec.json.encode(content)))

    def remove(self, path: str, **query: str) -> None:
        """Have something removed; BuilderError if that is refused."""
        _granted(*self._ask("DELETE", path, query))

    def _ask(
        self, method: str, path: str, query: Mapping[str, str], content: bytes | None = None
    ) -> tuple[int, bytes]:
        url = f"{quote(path, safe='/:@')}?{urlencode(query)}"
        while True:
            waited = self._line is not None
            self._line = line = self._line or _Line(self._seconds)
            try:
                return line.exchange(method, url, content)
            except TimeoutError as error:
                self._hang_up()
                raise BuilderError(
                    f"the Docker engine gave no answer in {self._seconds} s"
                ) from error
            except (OSError, HTTPException) as error:
                self._hang_up()
                # One that waited for a build to end may have been cut meanwhile: try a new one.
                if not waited:
                    why = line.last_words
                    raise BuilderError(
                        f"no Docker engine answers ({why}): start the engine, or set DOCKER_HOST"
                    ) from error

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None


class _Line:
    """HTTP over the standard input and output of a program that passes both to the engine."""

    def __init__(self, seconds: int) -> None:
        self.last_words = "the Docker engine hung up"
        """What the program told of its end, if it did."""
        self._http = HTTPConnection("docker")
        # It would look for a machine of that name.
        self._http.auto_open = 0
        self._http.sock, theirs = socketpair()
        self._http.sock.settimeout(seconds)
        with theirs:
            try:
                self._program = _start(theirs.fileno())
            except BuilderError:
                self._http.close()
                raise

    def exchange(self, method: str, url: str, content: bytes | None) -> tuple[int, bytes]:
        """Ask, and read the whole answer: its status, and what it holds."""
        headers = {"Content-Type": "application/json"} if content else {}
        self._http.request(method, url, content, headers)
        with self._http.getresponse() as answer:
            return answer.status, answer.read()

    def close(self) -> None:
        """End the program."""
        self._http.close()
        with self._program as program:
            program.kill()
            program.wait()
            if program.stderr is not None:
                # Whatever it started to reach an engine elsewhere may still hold the pipe.
                os.set_blocking(program.stderr.fileno(), False)
                said = (program.stderr.read() or b"").decode(errors="replace").strip()
                self.last_words = said.rpartition("\n")[2][:300] or self.last_words


def _start(talk: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            _PROGRAM, stdin=talk, stdout=talk, stderr=subprocess.PIPE, start_new_session=True
        )
    except FileNotFoundError as error:
        raise BuilderError(
            "docker is not installed: apt-get install docker.io, then make image"
        ) from error
    except OSError as error:
        raise BuilderError(f"docker cannot be run: {error.strerror}") from error


def _granted(status: int, answer: bytes) -> bytes:
    if status < HTTPStatus.BAD_REQUEST:
        return answer
    try:
        said = msgspec.json.decode(answer, type=_Refusal).message
    except msgspec.DecodeError:
        said = f"status {status}"
    raise BuilderError(f"the Docker engine refused: {said[:300]}")
