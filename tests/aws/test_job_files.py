"""Files of long work, over S3 as moto has it."""

import os
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from chalicelib.aws.job_files import JobFiles

MIB = 1024 * 1024


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Iterator[JobFiles]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        client = boto3.client("s3", region_name="eu-west-1")
        client.create_bucket(Bucket="files", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield JobFiles(client, "files")


def test_a_file_is_read_in_pieces(files: JobFiles) -> None:
    files.put("uploads/a", b"0123456789", "text/csv")
    files.copy("uploads/a", "jobs/1/source")

    assert files.size("jobs/1/source") == 10
    assert files.size("jobs/2/source") is None
    assert [files.piece("jobs/1/source", start, 4) for start in (0, 4, 8)] == [b"0123", b"4567", b"89"]


def test_parts_become_a_file_and_a_repeated_part_or_end_changes_nothing(files: JobFiles) -> None:
    first, second = os.urandom(5 * MIB), b"the rest"
    upload = files.begin("jobs/1/contacts.csv", "text/csv")
    files.part("jobs/1/contacts.csv", upload, 1, os.urandom(5 * MIB))
    tags = [files.part("jobs/1/contacts.csv", upload, number, body) for number, body in ((1, first), (2, second))]

    files.finish("jobs/1/contacts.csv", upload, tags)
    files.finish("jobs/1/contacts.csv", upload, tags)

    assert files.read("jobs/1/contacts.csv", limit_bytes=10 * MIB) == first + second
