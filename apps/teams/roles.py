"""Who may do what: one table of roles and permissions (TEM-02). Pages, services and sockets read it."""

from django.db import models


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    EDITOR = "editor", "Editor"
    OPERATOR = "operator", "Operator"
    ANALYST = "analyst", "Analyst"
    VIEWER = "viewer", "Viewer"


class Permission(models.TextChoices):
    VIEW_STUDIO = "view_studio", "See the studio, videos and runs"
    CREATE_VIDEO = "create_video", "Create videos and edit scenes"
    EDIT_LIBRARY = "edit_library", "Upload files and edit videos in the library"
    DELETE_VIDEO = "delete_video", "Delete videos"
    MANAGE_TEMPLATES = "manage_templates", "Edit the team's templates and brand"
    MANAGE_JOBS = "manage_jobs", "Cancel and requeue background jobs"
    MANAGE_AUTOMATIONS = "manage_automations", "Make and change automations"
    EDIT_POSTS = "edit_posts", "Write, schedule and publish posts"
    MANAGE_CONNECTIONS = "manage_connections", "Connect and disconnect channels"
    VIEW_COSTS = "view_costs", "See what providers cost"
    MANAGE_PROVIDERS = "manage_providers", "Add and remove provider keys"
    APPROVE = "approve", "Approve what somebody else wants to send out"
    VIEW_EVENTS = "view_events", "See the record of events"
    VIEW_AUDIT = "view_audit", "See the audit record"
    MANAGE_TEAM = "manage_team", "Change the team's name, members, roles and rules"
    TRANSFER_TEAM = "transfer_team", "Hand the team over to another owner"


_VIEWER = frozenset({Permission.VIEW_STUDIO})
_ANALYST = _VIEWER | {Permission.VIEW_COSTS, Permission.VIEW_EVENTS}
_OPERATOR = _VIEWER | {Permission.MANAGE_JOBS, Permission.MANAGE_AUTOMATIONS, Permission.VIEW_EVENTS}
_EDITOR = _VIEWER | {
    Permission.CREATE_VIDEO,
    Permission.EDIT_LIBRARY,
    Permission.MANAGE_TEMPLATES,
    Permission.EDIT_POSTS,
    Permission.MANAGE_JOBS,
    Permission.MANAGE_AUTOMATIONS,
    Permission.VIEW_COSTS,
    Permission.VIEW_EVENTS,
}
_ADMIN = frozenset(Permission) - {Permission.TRANSFER_TEAM}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: _ADMIN,
    Role.EDITOR: _EDITOR,
    Role.OPERATOR: _OPERATOR,
    Role.ANALYST: _ANALYST,
    Role.VIEWER: _VIEWER,
}


def allows(role: str, permission: Permission) -> bool:
    """Whether a member with this role has the permission."""
    return permission in PERMISSIONS[Role(role)]
