"""Microsoft's addresses: the sign-in's, with a tenant in them, and Graph's."""

from apps.sandbox.microsoft import graph, oauth
from apps.sandbox.microsoft.habits import MicrosoftHabits
from apps.sandbox.standin import Route, StandIn

MICROSOFT = StandIn(
    slug="microsoft",
    name="Microsoft",
    account_word="user",
    habits=MicrosoftHabits(),
    routes=(
        Route(
            "GET",
            "{tenant}/v2.0/.well-known/openid-configuration",
            "oauth.discovery",
            oauth.discovery,
            open=True,
        ),
        Route("GET", "{tenant}/oauth2/v2.0/authorize", "oauth.authorize", oauth.authorize, open=True),
        Route("POST", "{tenant}/oauth2/v2.0/token", "oauth.token", oauth.token, open=True),
        Route("GET", "v1.0/me", "me.get", graph.me, ("User.Read",)),
    ),
    samples=graph.samples,
    new_account=graph.new_account,
)
