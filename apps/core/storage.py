"""Media in a bucket that speaks S3. Imported where there is one only: boto3 takes as long as the rest of an app."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError
from storages.backends.s3 import S3Storage


class BucketStorage(S3Storage):
    """django-storages' own reads a whole object into a temporary file before its first byte; this one reads a part."""

    def read_range(self, name: str, first: int, length: int, *, block_bytes: int) -> Iterator[bytes]:
        """The bytes in blocks. Raises FileNotFoundError."""
        wanted = f"bytes={first}-{first + length - 1}"
        stored = self.bucket.Object(self._normalize_name(name))
        try:
            body = stored.get(Range=wanted)["Body"]
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise FileNotFoundError(name) from error
            raise
        try:
            yield from body.iter_chunks(block_bytes)
        finally:
            body.close()

    def begin_parts(self, name: str) -> str:
        """Begin an object that comes in parts; returns the number by which S3 knows it."""
        answer = self._client().create_multipart_upload(**self._where(name))
        return str(answer["UploadId"])

    def put_part(self, name: str, number: str, part: int, data: bytes) -> str:
        """Send one part (counted from 1; the same part again replaces it); returns its tag."""
        where = self._where(name)
        answer = self._client().upload_part(**where, UploadId=number, PartNumber=part, Body=data)
        return str(answer["ETag"])

    def complete_parts(self, name: str, number: str, parts: Iterable[tuple[int, str]]) -> None:
        """Make one object of the parts."""
        listed = [{"PartNumber": part, "ETag": tag} for part, tag in parts]
        self._client().complete_multipart_upload(
            **self._where(name), UploadId=number, MultipartUpload={"Parts": listed}
        )

    def abort_parts(self, name: str, number: str) -> None:
        """Forget the parts; does nothing where they became an object or were forgotten before."""
        with suppress(self._client().exceptions.NoSuchUpload):
            self._client().abort_multipart_upload(**self._where(name), UploadId=number)

    def put(self, name: str, data: bytes) -> None:
        """A small object at once."""
        self._client().put_object(**self._where(name), Body=data)

    def copy(self, name: str, target: str) -> None:
        """Copy an object within the bucket, in parts where it is large; its bytes do not come by here."""
        self.bucket.Object(self._normalize_name(target)).copy(self._where(name))

    def _where(self, name: str) -> dict[str, str]:
        return {"Bucket": self.bucket_name, "Key": self._normalize_name(name)}

    def _client(self) -> Any:
        return self.connection.meta.client
