"""Records of processing (GDPR, Article 30): what is kept of people, why, on what ground, and for how long (SEC-09).

The test beside it holds that every table with personal data stands under a purpose. Change NOTICE with the texts.
"""

from dataclasses import dataclass

NOTICE = "2026-11-27"  # the version of the privacy notice: the day from which it holds
LEAST_AGE = (
    13  # COPPA, 16 CFR 312: no account for younger people; nothing is collected knowingly from children
)

CONTRACT = "Performance of the contract (GDPR, Article 6(1)(b))"
INTEREST = "Legitimate interest in a safe service (GDPR, Article 6(1)(f))"
DUTY = "Legal obligation (GDPR, Article 6(1)(c))"
CONSENT = "Consent (GDPR, Article 6(1)(a))"


@dataclass(frozen=True)
class Purpose:
    """Why a group of tables is kept. `tables` are Django labels; `kept` is for people."""

    name: str
    title: str
    data: str
    ground: str
    kept: str
    tables: tuple[str, ...]
    shared: str = "Nobody"


PURPOSES = (
    Purpose(
        "account",
        "Your account",
        "Name, e-mail address, password hash, language, time zone, theme, the time of the last sign-in",
        CONTRACT,
        "Until you delete your account",
        (
            "accounts.User",
            "account.EmailAddress",
            "account.EmailConfirmation",
            "privacy.DataExport",
            "socialaccount.SocialAccount",
        ),
        "Google, Facebook or Apple, if you sign in with one of them",
    ),
    Purpose(
        "sign_in",
        "Keeping your account yours",
        "Second factors, devices with network address and times, browsers that you signed in with",
        INTEREST,
        "Sessions for two weeks, factors until you remove them, all of it until you delete your account",
        (
            "accounts.BackupCodes",
            "accounts.KnownBrowser",
            "accounts.Session",
            "accounts.TimeCodeDevice",
            "django_otp_webauthn.WebAuthnCredential",
            "django_otp_webauthn.WebAuthnUserHandle",
        ),
    ),
    Purpose(
        "teams",
        "Working together",
        "Which teams you are in and in which role; invited addresses; what you asked to be approved, and decided",
        CONTRACT,
        "Until you leave the team, or it is deleted; invitations for 90 days after their end, approvals for two years",
        ("teams.Membership", "teams.Team", "teams.Invitation", "approvals.Approval", "grants.Grant"),
        "The members of your team",
    ),
    Purpose(
        "videos",
        "Making and keeping videos",
        "What your team writes, uploads, makes and publishes, and who of it did so; what outside services were asked",
        CONTRACT,
        "Until your team deletes it; deleted videos and files for ten minutes more",
        (
            "library.ReviewComment",
            "library.ReviewLink",
            "library.Upload",
            "library.Video",
            "library.VideoVersion",
            "creation.Run",
            "publishing.Post",
        ),
        "Services that your team entered a key for, with the texts they are asked about; platforms it publishes on",
    ),
    Purpose(
        "publishing",
        "Connecting channels and publishing",
        "Which accounts at platforms you connected for your team; the posts that you wrote and what became of them",
        CONTRACT,
        "Until your team deletes them; tokens until the account is disconnected",
        (
            "connections.Connection",
            "connections.SignIn",
            "connections.Strike",
            "publishing.PlanImport",
            "publishing.Post",
            "publishing.Series",
        ),
        "The platforms that your team connected, with what it publishes there",
    ),
    Purpose(
        "record",
        "The record of sensitive actions",
        "Who did what and when, from which network address",
        INTEREST,
        "As long as the installation keeps its audit record, which outlives the account: it proves what happened",
        ("audit.AuditRecord",),
        "Those of your team who may see the audit page",
    ),
    Purpose(
        "events",
        "Background work and news",
        "Which of your actions started which work, and what came of it; what you automated",
        CONTRACT,
        "Finished work for 14 days; events for a year",
        ("events.Event", "jobs.Agent", "jobs.Batch", "jobs.Job", "automations.Automation"),
        "The members of your team",
    ),
    Purpose(
        "notices",
        "Telling you what happened",
        "What you were told, by which channel; your numbers, chats and browsers; what you want to hear, and when",
        CONTRACT,
        "Sent e-mails lose their text at once; contacts until you remove them; notices as long as your account",
        (
            "notifications.Alert",
            "notifications.Announcement",
            "notifications.Contact",
            "notifications.Email",
            "notifications.Message",
            "notifications.Notice",
            "notifications.Preference",
            "notifications.QuietHours",
        ),
        "The services of the channels that you chose",
    ),
    Purpose(
        "consent",
        "Proof of consent",
        "That you agreed to this notice, when, and from which network address",
        DUTY,
        "Until you delete your account",
        ("security.Consent",),
    ),
)
