"""The rights that docs/operations/files.md names are enough, and none of them is idle."""

import json
import re
from dataclasses import replace
from pathlib import Path

import boto3
import pytest

from aslo.adapters.files_s3 import S3Files
from aslo.domain.errors import FilesError
from fixtures.buckets import KEY_ID, REGION, SECRET, new_bucket
from fixtures.servers import moto, running

PAGE = Path(__file__).parents[2] / "docs" / "operations" / "files.md"
# Making the bucket, and a user with a policy and a key.
FREE_ACTIONS = "4"
READING = {"s3:GetObject", "s3:ListBucket"}
WRITING = READING | {"s3:PutObject"}


@pytest.fixture
def files_with(tmp_path):
    """Makes files whose key has the documented rights, as far as they are among those given."""
    server = moto(tmp_path / "objects")
    server.environ = {"INITIAL_NO_AUTH_ACTION_COUNT": FREE_ACTIONS}

    with running(server):

        def make(rights, **changed):
            bucket = new_bucket(server)
            iam = boto3.client(
                "iam",
                endpoint_url=bucket.endpoint,
                region_name=REGION,
                aws_access_key_id=KEY_ID,
                aws_secret_access_key=SECRET,
            )
            iam.create_user(UserName="aslo")
            policy = json.dumps(documented(bucket, rights))
            iam.put_user_policy(UserName="aslo", PolicyName="files", PolicyDocument=policy)
            key = iam.create_access_key(UserName="aslo")["AccessKey"]
            iam.close()
            key = {"key_id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}
            return S3Files(replace(bucket, **key, **changed))

        yield make


def documented(bucket, rights):
    """The policy of the page for that bucket, without what is not among the rights."""
    found = re.search(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)[1]
    found = found.replace("activities/store", f"{bucket.name}/{bucket.prefix}")
    policy = json.loads(found.replace("activities", bucket.name))
    for statement in policy["Statement"]:
        actions = statement["Action"]
        actions = {actions} if isinstance(actions, str) else set(actions)
        statement["Action"] = sorted(actions & rights) or ["s3:GetBucketLogging"]
    return policy


@pytest.fixture
def sizes(tmp_path):
    """A file that goes in one request, and one that goes in parts."""
    paths = [tmp_path / "small.xo", tmp_path / "large.xo"]
    for path, size in zip(paths, (10, 6 * 1024**2), strict=True):
        path.write_bytes(bytes(size))
    return paths


def test_the_documented_rights_are_enough(files_with, sizes):
    files = files_with(WRITING)

    kept = {files.add(path, "x/y").sha256 for path in sizes}

    assert set(files.walk()) == kept
    for sha256 in kept:
        with files.open(sha256) as file:
            assert file.read(1) == b"\0"
    assert not files.has("a" * 64)


@pytest.mark.parametrize("away", sorted(WRITING))
def test_none_of_them_is_idle(files_with, sizes, away):
    files = files_with(WRITING - {away})

    with pytest.raises(FilesError):
        (files.add(sizes[0], "x/y"), list(files.walk()))


def test_a_web_node_reads_and_cannot_write(files_with, sizes):
    files = files_with(READING)

    files.look()
    assert not files.has("a" * 64)
    with pytest.raises(FilesError, match="privileges"):
        files.add(sizes[0], "x/y")


def test_the_rights_end_at_the_prefix(files_with, sizes):
    files = files_with(WRITING, prefix="somewhere/else")

    with pytest.raises(FilesError, match="privileges"):
        files.add(sizes[0], "x/y")
