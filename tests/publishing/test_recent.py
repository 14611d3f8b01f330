"""What went out lately stands on the channel's card (CON-03)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.connections.recent import recent_work
from apps.publishing.models import TargetStatus
from tests.connections.factories import ConnectionFactory
from tests.publishing.factories import TargetFactory

pytestmark = pytest.mark.django_db


def published(connection, title: str, hours_ago: int, **values):
    values = {
        "status": TargetStatus.PUBLISHED,
        "published_at": timezone.now() - timedelta(hours=hours_ago),
        **values,
    }
    return TargetFactory(
        connection=connection,
        post__team=connection.team,
        post__title=title,
        post__video=None,
        asset=None,
        **values,
    )


@pytest.mark.spec("CON-03")
def test_the_newest_of_each_channel_come_first(django_assert_num_queries):
    one, other = ConnectionFactory(), ConnectionFactory()
    for title, hours in (("Third", 3), ("First", 1), ("Second", 2)):
        published(one, title, hours)
    published(other, "Another", 1, status=TargetStatus.DELETED)
    published(one, "Failed", 0, status=TargetStatus.FAILED, published_at=None)
    with django_assert_num_queries(1):
        found = recent_work([one, other], 2)
    assert [work.title for work in found[one.pk]] == ["First", "Second"]
    assert [(work.title, work.state) for work in found[other.pk]] == [("Another", "Deleted there")]
