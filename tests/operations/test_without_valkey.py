"""Valkey stops while people use the product: they sign in, look and work on; what needs it waits (ACC-08, OPS-01)."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from channels.layers import channel_layers
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse
from PIL import Image
from redis import Redis

from apps.accounts.models import User
from apps.creation.models import Run, Template
from apps.jobs.models import Job, JobStatus
from apps.library.models import Asset
from apps.teams.models import Team
from config.embedded import valkey
from tests.accounts.people import LOGIN, STEP, code_of, confirmed, give_password, is_in, with_app
from tests.conftest import entered
from tests.guards.estate import estate
from tests.guards.test_addresses import patterns
from tests.guards.test_doors import filled, studio

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def stopped_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Valkey that answered, and was stopped."""
    folder = tmp_path_factory.mktemp("valkey")
    address = valkey.ensure(folder, durable=False)
    assert Redis.from_url(address).ping()
    valkey.stop(folder)
    return address


@pytest.fixture(autouse=True)
def without_valkey(stopped_server: str, settings: Any) -> Iterator[None]:
    settings.REDIS_URL = stopped_server
    settings.RQ_QUEUES = {name: {"URL": stopped_server} for name in settings.RQ_QUEUE_NAMES}
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": stopped_server}}
    hosts = [{"address": stopped_server, "socket_timeout": None}]
    layer = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": hosts}}
    settings.CHANNEL_LAYERS = {"default": layer}
    channel_layers.backends.clear()
    cache.clear()
    yield
    cache.clear()
    channel_layers.backends.clear()


def test_person_signs_in_with_the_second_factor(alice: User) -> None:
    device = with_app(confirmed(alice))
    browser = give_password(alice)
    assert not is_in(browser)
    browser.post(STEP, {"code": code_of(device)})
    assert is_in(browser)


@pytest.mark.spec("ACC-08")
def test_guesses_are_counted_and_lock(alice: User) -> None:
    confirmed(alice)
    wrong = {"login": alice.email, "password": "a wrong passphrase"}
    assert [Client().post(LOGIN, wrong).status_code for _ in range(6)] == [200] * 5 + [429]
    assert not is_in(give_password(alice))


def test_stranger_signs_up_and_may_not_do_so_without_end(client: Client, settings: Any) -> None:
    settings.RATE_LIMITS = {"account_signup": (2, 3600)}

    def sign_up(number: int) -> int:
        form = {
            "email": f"new{number}@example.com",
            "password1": "correct horse battery",
            "display_name": "New",
            "birth_date": "1990-02-28",
        }
        return Client(REMOTE_ADDR="203.0.113.77").post("/accounts/signup/", form).status_code

    assert [sign_up(number) for number in range(3)] == [302, 302, 429]
    assert User.objects.filter(email__startswith="new").count() == 2


def test_forgotten_password_is_answered(alice: User) -> None:
    confirmed(alice)
    answer = Client().post("/accounts/password/reset/", {"email": alice.email})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/reset/done/")


REFUSED = {"library:thumbnail_preview": 422}  # asked without a design


def test_every_page_of_the_studio_answers(team: Team, alice: User) -> None:
    browser, things = entered(alice), estate(team)
    for name, _, names in studio():
        answer = browser.get(reverse(name, kwargs=filled(name, names, things)))
        assert answer.status_code in {200, 302, 404, 405, REFUSED.get(name)}, name


def test_every_page_of_a_person_and_of_operators_answers(operator_client: Client) -> None:
    for address, name, _ in patterns(get_resolver()):
        if "<" in address or address.startswith(("admin", "studio", "__debug__")) or "metrics" in address:
            continue
        assert operator_client.get(f"/{address}").status_code < 500, name


def test_work_that_is_started_waits_in_its_row(
    team: Team, bob_client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    estate(team)
    with django_capture_on_commit_callbacks(execute=True):
        template = Template.objects.get(team=None, slug="viral-hook")
        form = {"kind": "text", "text": "Bees dance.", "template": template.pk, "formats": ["9x16"]}
        answer = bob_client.post(f"/studio/{team.slug}/create/", form)
    run = Run.objects.in_team(team).exclude(title="A run").get()
    assert (answer.status_code, answer["Location"]) == (302, f"/studio/{team.slug}/create/runs/{run.pk}/")
    assert Job.objects.in_team(team).filter(kind="creation.make_words", status=JobStatus.QUEUED).exists()


def test_upload_is_kept(team: Team, bob_client: Client) -> None:
    picture = BytesIO()
    Image.new("RGB", (64, 64), "teal").save(picture, "PNG")
    file = SimpleUploadedFile("teal.png", picture.getvalue(), content_type="image/png")
    form = {
        "file": file,
        "kind": "image",
        "title": "Teal",
        "licence": "own work",
        "credit": "",
        "receipt": "",
    }
    answer = bob_client.post(f"/studio/{team.slug}/library/media/upload/", form)
    assert (answer.status_code, answer["Location"]) == (302, f"/studio/{team.slug}/library/media/")
    assert Asset.objects.in_team(team).get(kind="image").title == "Teal"


@pytest.mark.spec("OPS-01")
def test_probes_say_what_is_down(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["valkey"]) == (200, "Valkey does not answer.")
    assert client.get("/healthz").status_code == 200
    assert 'showrunner_up{part="valkey"} 0.0' in client.get("/metrics").content.decode()
