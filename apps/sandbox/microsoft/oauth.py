"""login.microsoftonline.com/<tenant>: discovery, authorize, token. A refresh brings another token, and the old one
still works.

Microsoft's own page turns personal accounts away unless the tenant is `common`; here there is no sign-in, so they get
as far as the token, as there.
"""

import time

import jwt
from django.http import HttpResponseBase

from apps.sandbox import consent
from apps.sandbox.microsoft.habits import PLATFORM, sign_in_refusal
from apps.sandbox.models import Account, Grant, TokenKind
from apps.sandbox.services import grants
from apps.sandbox.standin import Answer, Call

ACCESS_S, REFRESH_S = 3900, 90 * 86_400
TENANT = "5f3a1c52-0b1e-4c1b-9d53-7b1f6a0c9e11"
PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
OF_SIGN_IN = ("openid", "profile", "email", "offline_access")
GRAPH = "https://graph.microsoft.com/"
SIGNATURE = "a signature that nobody checks here, made by a word"


def discovery(call: Call) -> Answer:
    """OpenID Connect Discovery, as far as clients read it."""
    base = f"{call.base}/{call.args['tenant']}"
    return Answer(
        {
            "issuer": f"https://login.microsoftonline.com/{TENANT}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
    )


def authorize(call: Call) -> HttpResponseBase:
    query = call.query
    scopes = query.get("scope", "").split()
    return consent.ask(
        call,
        client_id=query.get("client_id", ""),
        scopes=scopes,
        challenge=query.get("code_challenge", ""),
        challenge_method=query.get("code_challenge_method", ""),
        offline="offline_access" in scopes,
    )


def token(call: Call) -> Answer:
    form = call.params
    client_id = form.get("client_id", "")
    if not grants.knows_client(client_id):
        sentence = f"Application with identifier '{client_id}' was not found in the directory."
        raise sign_in_refusal(400, "unauthorized_client", 700016, sentence)
    if not grants.knows_client(client_id, form.get("client_secret", "")):
        raise sign_in_refusal(401, "invalid_client", 7000215, "Invalid client secret provided.")
    if form.get("grant_type") == "authorization_code":
        return Answer(_body(_redeemed(form), form))
    if form.get("grant_type") == "refresh_token":
        return Answer(_body(_renewed(form), form))
    raise sign_in_refusal(
        400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type."
    )


def _redeemed(form: dict[str, str]) -> Grant:
    try:
        return grants.redeem(
            PLATFORM,
            form.get("code", ""),
            client_id=form["client_id"],
            redirect_uri=form.get("redirect_uri", ""),
            verifier=form.get("code_verifier", ""),
        )
    except grants.CodeRefused as error:
        raise sign_in_refusal(
            400, "invalid_grant", 70008, "The provided authorization code has expired."
        ) from error


def _renewed(form: dict[str, str]) -> Grant:
    found = grants.find(PLATFORM, form.get("refresh_token", ""), TokenKind.REFRESH)
    if found is None or found.grant.client_id != form["client_id"]:
        raise sign_in_refusal(400, "invalid_grant", 9002313, "Invalid request. Request is malformed.")
    if found.grant.revoked_at is not None:
        raise sign_in_refusal(
            400, "invalid_grant", 50173, "The provided grant has expired due to it being revoked."
        )
    if not found.is_valid:
        raise sign_in_refusal(
            400, "invalid_grant", 700082, "The refresh token has expired due to inactivity."
        )
    wanted = set(form.get("scope", "").split())
    if not wanted <= set(found.grant.scopes) | set(OF_SIGN_IN):
        raise sign_in_refusal(
            400, "invalid_grant", 65001, "The user or administrator has not consented to use the application."
        )
    return found.grant


def _body(grant: Grant, form: dict[str, str]) -> dict[str, object]:
    """`offline_access` is not among the scopes that come back."""
    scopes = [scope for scope in grant.scopes if scope != "offline_access"]
    body: dict[str, object] = {
        "token_type": "Bearer",
        "scope": " ".join(scopes),
        "expires_in": ACCESS_S,
        "ext_expires_in": ACCESS_S,
        "access_token": grants.issue(grant, TokenKind.ACCESS, prefix="", life_s=ACCESS_S),
    }
    if "offline_access" in grant.scopes:
        body["refresh_token"] = grants.issue(grant, TokenKind.REFRESH, prefix="0.", life_s=REFRESH_S)
    if "openid" in grant.scopes:
        body["id_token"] = _id_token(grant.account, form["client_id"], "profile" in grant.scopes)
    return body


def _id_token(account: Account, client_id: str, with_profile: bool) -> str:
    tenant = PERSONAL_TENANT if account.facts.get("personal") else TENANT
    now = int(time.time())
    claims: dict[str, object] = {
        "aud": client_id,
        "iss": f"https://login.microsoftonline.com/{tenant}/v2.0",
        "iat": now,
        "nbf": now,
        "exp": now + ACCESS_S,
        "sub": f"sub-{account.external_id}",
        "tid": tenant,
        "ver": "2.0",
    }
    if with_profile:
        claims |= {"oid": account.external_id, "name": account.name, "preferred_username": account.handle}
    return jwt.encode(claims, SIGNATURE, algorithm="HS256")
