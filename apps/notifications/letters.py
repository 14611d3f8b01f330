"""Notices as e-mails: from templates, in the person's language, with a plain-text part (NTF-08)."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from apps.notifications.choices import Wording
from apps.notifications.contents import absolute, content_of
from apps.notifications.models import Message
from apps.notifications.optout import OptOut, link_of
from apps.notifications.registry import NOTICE_TYPES

FRAME = {
    "hello": Wording("Hello {name},", "Hallo {name},"),
    "open": Wording("Open in Showrunner", "In Showrunner öffnen"),
    "acknowledge": Wording("Look and acknowledge", "Ansehen und bestätigen"),
    "critical": Wording(
        "Critical: the next person is called until somebody acknowledges it.",
        "Kritisch: Die nächste Person wird gerufen, bis jemand bestätigt.",
    ),
    "why": Wording(
        "You get this because e-mails about “{label}” are on for {place}.",
        "Sie erhalten dies, weil E-Mails zu „{label}“ für {place} eingeschaltet sind.",
    ),
    "stop": Wording("Stop these e-mails", "Diese E-Mails abbestellen"),
    "settings": Wording("All notification settings", "Alle Einstellungen für Benachrichtigungen"),
}


def letter_of(message: Message) -> EmailMultiAlternatives:
    """The e-mail of this message.

    List-Unsubscribe and List-Unsubscribe-Post let mail programs offer to stop such e-mails with one click (RFC 2369,
    RFC 8058).
    """
    notice, user = message.notice, message.user
    content = content_of(message)
    stop = link_of(OptOut(user.pk, notice.team_id, notice.type))
    kind = NOTICE_TYPES.get(notice.type)
    label = kind.label.in_language(user.language) if kind else notice.type
    facts = {"name": user.display_name, "label": label, "place": content.team or "Showrunner"}
    words = {key: text.in_language(user.language).format(**facts) for key, text in FRAME.items()}
    context = {
        "content": content,
        "words": words,
        "language": user.language,
        "has_name": bool(user.display_name),
        "stop": stop,
        "settings": absolute(f"/studio/{notice.team.slug}/notifications/preferences/") if notice.team else "",
    }
    subject = " ".join(content.title.split())
    letter = EmailMultiAlternatives(
        f"{content.team}: {subject}" if content.team else subject,
        render_to_string("notifications/mails/notice.txt", context).strip() + "\n",
        settings.DEFAULT_FROM_EMAIL,
        [user.email],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-ID": f"<{notice.type}.notices.showrunner>",
            "Auto-Submitted": "auto-generated",
            "X-Priority": "1" if content.is_critical else "3",
        },
    )
    letter.attach_alternative(render_to_string("notifications/mails/notice.html", context), "text/html")
    return letter
