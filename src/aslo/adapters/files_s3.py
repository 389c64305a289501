"""Files in a bucket of an S3-compatible object store, named by their SHA-256."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from obstore.exceptions import BaseError
from obstore.store import S3Store

from aslo.adapters.s3_object import PIECE_BYTES, S3Object
from aslo.domain.activity import StoredFile
from aslo.domain.errors import FilesError, NotFoundError

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}", re.ASCII)
# S3 takes no part below 5 MB but the last one.
_PART_BYTES = 5 * 1024**2
_PARTS_AT_ONCE = 2
_CACHE_CONTROL = "public, max-age=31536000, immutable"
_REASON_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where a bucket is, and the key to it; without a key, one is looked for as AWS's tools do."""

    name: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""
    key_id: str = ""
    secret: str = field(default="", repr=False)
    path_style: bool = True


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one request may take, in seconds, and how often it is made again."""

    connecting: float = 3
    reading: float = 10
    writing: float = 60
    again: int = 3


class S3Files:
    """Keeps each file at `ab/cdef...` below the bucket's prefix, whole or not at all."""

    def __init__(self, bucket: Bucket, patience: Patience | None = None) -> None:
        patience = patience or Patience()
        self._bucket = bucket
        with _translated(f"cannot use the bucket {bucket.name}"):
            # A reader is waiting for an answer, while an upload may have a slow line.
            self._reading = _store(bucket, patience, patience.reading)
            self._writing = _store(bucket, patience, patience.writing)

    def add(self, path: Path, media_type: str) -> StoredFile:
        with _translated(f"cannot keep {path}"), path.open("rb") as content:
            file = _known_as(content, media_type)
            if self._size(_key(file.sha256)) != file.size_bytes:
                self._send(content, file)
        return file

    def open(self, sha256: str) -> BinaryIO:
        key = _key(sha256)
        with _translated(f"cannot read {sha256}"):
            size = self._size(key)
        if size is None:
            raise NotFoundError(f"no file {sha256}")

        def read(start: int, length: int) -> bytes:
            with _translated(f"cannot read {sha256}"):
                return bytes(self._reading.get_range(key, start=start, length=length))

        return BufferedReader(S3Object(read, size), PIECE_BYTES)

    def has(self, sha256: str) -> bool:
        if not _SHA256.fullmatch(sha256):
            return False
        with _translated(f"cannot look for {sha256}"):
            return self._size(_key(sha256)) is not None

    def walk(self) -> Iterator[str]:
        """The SHA-256 of every file that is here, in no order."""
        with _translated(f"cannot list the bucket {self._bucket.name}"):
            for page in self._reading.list():
                for found in page:
                    if _KEY.fullmatch(found["path"]):
                        yield found["path"].replace("/", "")

    def sweep(self) -> int:
        # What a dead worker left is parts without a name, which a rule of the bucket removes. And
        # Celery's parent comes here: had it used the client, whose threads no fork takes along,
        # its children would wait for ever.
        return 0

    def look(self) -> None:
        """FilesError if the bucket cannot be listed now."""
        next(self.walk(), None)

    def _size(self, key: str) -> int | None:
        try:
            return self._reading.head(key)["size"]
        except FileNotFoundError:
            return None

    def _send(self, content: BufferedReader, file: StoredFile) -> None:
        in_parts = file.size_bytes > _PART_BYTES
        pieces = _compared(content, file)
        self._writing.put(
            _key(file.sha256),
            pieces if in_parts else b"".join(pieces),
            attributes={"Content-Type": file.media_type, "Cache-Control": _CACHE_CONTROL},
            use_multipart=in_parts,
            chunk_size=_PART_BYTES,
            max_concurrency=_PARTS_AT_ONCE,
        )


def _key(sha256: str) -> str:
    """The key of those bytes; NotFoundError for what is no SHA-256."""
    if not _SHA256.fullmatch(sha256):
        raise NotFoundError(f"no file {sha256[:64]!r}: a name is 64 lower-case hex digits")
    return f"{sha256[:2]}/{sha256[2:]}"


def _known_as(content: BufferedReader, media_type: str) -> StoredFile:
    digest = hashlib.file_digest(content, "sha256")
    return StoredFile(digest.hexdigest(), content.tell(), media_type)


def _compared(content: BufferedReader, file: StoredFile) -> Iterator[bytes]:
    """The bytes on their way out; FilesError at their end, which ends the upload too, if they are
    no longer those that the name was made of."""
    content.seek(0)
    digest = hashlib.sha256()
    while piece := content.read(PIECE_BYTES):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != file.sha256:
        raise FilesError(f"{content.name} was changed while it was being sent")


def _store(bucket: Bucket, patience: Patience, seconds: float) -> S3Store:
    client: ClientConfig = {
        "allow_http": bucket.endpoint.startswith("http://"),
        "connect_timeout": timedelta(seconds=patience.connecting),
        "timeout": timedelta(seconds=seconds),
    }
    retry: RetryConfig = {
        "max_retries": patience.again,
        "retry_timeout": timedelta(seconds=seconds),
    }
    return S3Store(
        bucket.name,
        prefix=bucket.prefix or None,
        config=_config(bucket),
        client_options=client,
        retry_config=retry,
    )


def _config(bucket: Bucket) -> "S3Config":
    """What is set; what is not is left to AWS's own variables."""
    given: S3Config = {"virtual_hosted_style_request": not bucket.path_style}
    if bucket.endpoint:
        given["endpoint"] = _endpoint(bucket)
    if bucket.region:
        given["region"] = bucket.region
    if bucket.key_id:
        given |= {"access_key_id": bucket.key_id, "secret_access_key": bucket.secret}
    return given


def _endpoint(bucket: Bucket) -> str:
    if bucket.path_style:
        return bucket.endpoint
    parts = urlsplit(bucket.endpoint)
    return parts._replace(netloc=f"{bucket.name}.{parts.netloc}").geturl()


@contextmanager
def _translated(what: str) -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError, ValueError) as error:
        raise FilesError(f"{what}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """The first line: what follows is the client's own state."""
    said = getattr(error, "strerror", None) or str(error)
    return said.partition("\n")[0][:_REASON_CHARACTERS]
