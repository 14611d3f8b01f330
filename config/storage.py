"""Where media files are kept: a folder, or with one variable a bucket that speaks S3 (OPS-07)."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def storage_of(url: str, folder: Path) -> dict[str, Any]:
    """The `default` of STORAGES for STORAGE_URL: nothing, or `s3://[key:secret@]bucket[/prefix][?endpoint=…&region=…]`.

    Without key and secret boto3 finds its own: environment, profile, or the machine's role. Raises
    ImproperlyConfigured, with nothing secret in it.
    """
    if not url:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
    parts = urlsplit(url)
    bucket = parts.netloc.rpartition("@")[2]
    if parts.scheme != "s3" or not bucket:
        raise ImproperlyConfigured("STORAGE_URL has to look like s3://key:secret@bucket?region=eu-central-1")
    wishes = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if unknown := wishes.keys() - {"endpoint", "region"}:
        raise ImproperlyConfigured(f"STORAGE_URL knows endpoint and region, not {', '.join(sorted(unknown))}")
    return {
        "BACKEND": "apps.core.storage.BucketStorage",
        "OPTIONS": {
            "bucket_name": bucket,
            "location": parts.path.strip("/"),
            "access_key": unquote(parts.username) if parts.username else None,
            "secret_key": unquote(parts.password) if parts.password else None,
            "endpoint_url": wishes.get("endpoint"),
            "region_name": wishes.get("region"),
            "signature_version": "s3v4",
            "addressing_style": "path" if wishes.get("endpoint") else "auto",
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": True,  # names are checksums: whoever writes one again writes the same bytes
        },
    }
