"""Data keys and the master keys that wrap them: environment, file, AWS KMS (SEC-01)."""

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.test import override_settings
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from apps.core import vault
from apps.core.models import DataKey
from apps.core.vault import MasterKeyMissing, VaultError, masters
from tests.concurrency import at_once
from tests.core.http_loopback import Answer, running, status

FIRST, SECOND = (base64.urlsafe_b64encode(os.urandom(32)).decode() for _ in range(2))

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    vault.forget_unwrapped()
    yield
    vault.forget_unwrapped()


def keys(*sources: str) -> override_settings:
    return override_settings(MASTER_KEYS=list(sources))


def sealed(text: str = "hush") -> vault.Sealed:
    return vault.seal(text, "test.place", 1)


def opened(secret: vault.Sealed) -> str:
    vault.forget_unwrapped()
    return vault.open_sealed(secret, "test.place", 1)


@pytest.mark.spec("SEC-01")
def test_database_holds_data_keys_only_wrapped_and_bound_to_their_label() -> None:
    with keys(FIRST):
        vault.add_data_key()
        secret = sealed()
        row = DataKey.objects.latest("pk")
        other = DataKey.objects.get(pk=vault.add_data_key())
        assert len(bytes(row.wrapped)) == 12 + 32 + 16
        DataKey.objects.filter(pk=row.pk).update(wrapped=bytes(other.wrapped))
        with pytest.raises(VaultError, match="was changed in the database"):
            opened(secret)


@pytest.mark.spec("SEC-01")
def test_master_key_is_changed_while_secrets_stay_readable() -> None:
    with keys(FIRST):
        vault.add_data_key()
        secret = sealed()
    DataKey.objects.exclude(pk=vault.newest_key_id()).delete()
    with keys(SECOND, FIRST):
        assert opened(secret) == "hush"
        assert (vault.rewrap(), vault.rewrap()) == (1, 0)
    with keys(SECOND):
        assert opened(secret) == "hush"
    with keys(FIRST), pytest.raises(MasterKeyMissing):
        opened(secret)


def test_rewrapping_can_be_killed_in_the_middle_and_called_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with keys(FIRST):
        DataKey.objects.all().delete()
        secrets = [vault.add_data_key() and sealed(text) for text in "abc"]
    with keys(SECOND, FIRST):
        newest = masters()[0]
        wrapped = newest.wrap
        calls: list[str] = []

        def die_at_the_second(key: bytes, label: str) -> bytes:
            calls.append(label)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return wrapped(key, label)

        monkeypatch.setattr(newest, "wrap", die_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            vault.rewrap()
        assert [opened(secret) for secret in secrets] == ["a", "b", "c"]
        assert vault.rewrap() == 2
    with keys(SECOND):
        assert [opened(secret) for secret in secrets] == ["a", "b", "c"]


@pytest.mark.spec("SEC-01")
def test_lost_master_key_is_named_and_what_to_do_is_said() -> None:
    with keys(FIRST):
        vault.add_data_key()
        secret, name = sealed(), masters()[0].name
    with keys(SECOND), pytest.raises(MasterKeyMissing) as caught:
        opened(secret)
    assert caught.value.message == (
        f"The master key {name} is not among MASTER_KEYS, and without it stored secrets can't be read. "
        "Put it back; if it is lost for good, every stored key and token has to be entered again."
    )


def test_master_key_may_lie_in_a_file_as_text_or_bytes(tmp_path: Path) -> None:
    text, raw = tmp_path / "text", tmp_path / "raw"
    text.write_text(f"{FIRST}\n")
    raw.write_bytes(base64.urlsafe_b64decode(FIRST))
    names = set()
    for source in (FIRST, f"file:{text}", f"file:{raw}", FIRST.replace("-", "+").replace("_", "/")):
        with keys(source):
            names.add(masters()[0].name)
    assert len(names) == 1


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("hunter2", "An entry of MASTER_KEYS is not a key"),
        ("file:/no-such-folder/master.key", "/no-such-folder/master.key can't be read: No such file"),
        ("aws-kms:alias/showrunner", "alias/showrunner is not the ARN of a KMS key"),
        (base64.b64encode(b"short").decode(), "is not a key"),
    ],
)
def test_master_key_that_is_none_is_refused_and_not_shown(source: str, words: str) -> None:
    with keys(source), pytest.raises(ImproperlyConfigured, match=words) as caught:
        masters()
    assert "hunter2" not in str(caught.value)


def test_without_master_key_nothing_is_stored() -> None:
    with keys(), pytest.raises(ImproperlyConfigured, match="MASTER_KEYS is empty"):
        sealed()


def test_first_data_key_is_made_where_there_is_none() -> None:
    DataKey.objects.all().delete()
    assert opened(sealed()) == "hush"
    assert vault.ensure_data_key() == DataKey.objects.get().pk


def test_data_key_that_was_rolled_back_seals_nothing_more() -> None:
    DataKey.objects.all().delete()
    with transaction.atomic():
        lost = sealed().key_id
        transaction.set_rollback(True)
    secret = sealed()
    assert secret.key_id != lost
    assert opened(secret) == "hush"


@pytest.mark.django_db(transaction=True)
def test_first_data_key_is_made_once_by_many_at_once() -> None:
    DataKey.objects.all().delete()
    assert len(set(at_once(4, lambda: sealed().key_id))) == 1
    assert DataKey.objects.count() == 1


class Aws:
    """moto's server: it checks signatures and policies, and its KMS encrypts with real keys and contexts."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.region = {"endpoint_url": address, "region_name": "eu-central-1"}
        root = {"aws_access_key_id": "root", "aws_secret_access_key": "root"}
        self.arn = str(boto3.client("kms", **self.region, **root).create_key()["KeyMetadata"]["Arn"])
        self.iam = boto3.client("iam", **self.region, **root)
        self.access = self._user("showrunner", "kms:Encrypt", "kms:Decrypt")

    def _user(self, name: str, *actions: str) -> dict[str, str]:
        self.iam.create_user(UserName=name)
        allowed = [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]
        policy = json.dumps({"Version": "2012-10-17", "Statement": allowed})
        self.iam.put_user_policy(UserName=name, PolicyName="keys", PolicyDocument=policy)
        return dict(self.iam.create_access_key(UserName=name)["AccessKey"])


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    found = Aws(address)
    httpx.post(f"{address}/moto-api/reset-auth", content="0")  # from now on every call is checked
    yield found
    server.stop()


@pytest.fixture
def kms(aws: Aws, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Aws:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.access["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", aws.access["SecretAccessKey"])
    settings.KMS_ENDPOINT = aws.address
    settings.MASTER_KEYS = [f"aws-kms:{aws.arn}"]
    vault.add_data_key()
    return aws


@pytest.mark.spec("SEC-01")
def test_kms_wraps_data_keys_and_sees_no_secret(kms: Aws) -> None:
    secret = sealed()
    row = DataKey.objects.latest("pk")
    assert row.master == f"aws-kms:{kms.arn}"
    assert opened(secret) == "hush"
    other = DataKey.objects.get(pk=vault.add_data_key())
    DataKey.objects.filter(pk=row.pk).update(wrapped=bytes(other.wrapped))
    with pytest.raises(VaultError, match="wrapped by another key or was changed"):
        opened(secret)


@pytest.mark.spec("SEC-01")
def test_secret_is_read_within_a_transaction_and_kms_asked_once(
    kms: Aws, caplog: pytest.LogCaptureFixture
) -> None:
    secret = sealed()
    vault.forget_unwrapped()
    caplog.clear()
    with caplog.at_level("INFO", "apps.core.http"), transaction.atomic():
        assert [vault.open_sealed(secret, "test.place", 1) for _ in range(3)] == ["hush"] * 3
    assert len([record for record in caplog.records if record.name == "apps.core.http"]) == 1
    assert kms.access["SecretAccessKey"] not in caplog.text


@pytest.mark.spec("SEC-01")
def test_installation_moves_from_a_key_of_its_own_to_kms(kms: Aws, settings: Any) -> None:
    DataKey.objects.all().delete()
    settings.MASTER_KEYS = [FIRST]
    vault.add_data_key()
    secret = sealed()
    settings.MASTER_KEYS = [f"aws-kms:{kms.arn}", FIRST]
    assert vault.rewrap() == 1
    settings.MASTER_KEYS = [f"aws-kms:{kms.arn}"]
    assert opened(secret) == "hush"


def test_wrong_credentials_are_refused_by_kms_and_said(kms: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = sealed()
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(MasterKeyMissing, match=r"AWS KMS refused to decrypt .* Check the credentials"):
        opened(secret)


def test_no_credentials_at_all_are_asked_for(kms: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = sealed()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(MasterKeyMissing, match="set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"):
        opened(secret)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            status(400, {"__type": "DisabledException", "message": "it is disabled"}),
            r"switched off .*\(Disabled",
        ),
        (status(400, {"__type": "com.amazonaws.kms#NotFoundException"}), r"is gone .*\(NotFound"),
        (status(500, {"__type": "KMSInternalException"}), "can't be reached"),
        (status(400, {"__type": "ThrottlingException"}), "can't be reached"),
        (status(403, b"<html>"), "AWS KMS refused to decrypt"),
        (status(200, {"Plaintext": "%%%"}), "can't be read"),
        (status(200, {}), "can't be read"),
    ],
)
def test_what_kms_says_is_passed_on_with_what_to_do(
    kms: Aws, settings: Any, answer: Answer, words: str
) -> None:
    secret = sealed()
    with running() as loopback:
        loopback.on("POST", "/", answer)
        settings.KMS_ENDPOINT = loopback.url
        with pytest.raises(MasterKeyMissing, match=words):
            opened(secret)


def test_kms_that_does_not_answer_is_said_and_asked_again_later(kms: Aws, settings: Any) -> None:
    secret = sealed()
    settings.KMS_ENDPOINT = "http://127.0.0.1:1"
    with pytest.raises(MasterKeyMissing, match="can't be reached"):
        opened(secret)
    settings.KMS_ENDPOINT = kms.address
    assert opened(secret) == "hush"
