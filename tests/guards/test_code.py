"""Rules of the house that can be read off the code."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.guards.tree import (
    ROOT,
    Function,
    calls,
    check,
    functions,
    named,
    parsed,
    sources,
    tracked,
    view_files,
)

LONGEST_FILE = 400
LONGEST_TEST_FILE = 500
LONGEST_FUNCTION = 40
LONGEST_VIEW = 30

CATCHES_ALL = {"apps/core/shield.py": "the one place: background work must record whatever went wrong"}
SPEAKS_HTTP = {
    "apps/accounts/social.py": "allauth wants a session of requests; what it sends goes through the seam",
    "apps/connections/platforms/youtube/flow.py": "Google's package speaks by requests; the seam carries it",
    "config/embedded/supervisor.py": "asks its own web process whether it answers, with the standard library only",
}
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
LONG_VIEWS: dict[str, str] = {}
UNSCOPED = {
    "apps/audit/views/operate.py:record": "operators see the record of all teams",
    "apps/jobs/views/operate.py:lift_cap": "operators set the limits of all teams",
    "apps/jobs/views/operate.py:renew_key": "agents work for all teams, and only operators get here",
    "apps/jobs/views/operate.py:revoke": "agents work for all teams, and only operators get here",
    "apps/publishing/views/following.py:follow": "whoever follows a short address is in no team",
    "apps/library/views/links.py:signed_file": "whoever may see the file was given the signature, which names it",
    "apps/creation/views/templates.py:_template": "the product's own templates are everybody's; the others in_team",
}

HTTP_CLIENTS = {"httpx", "requests", "urllib3", "aiohttp", "http.client", "urllib.request", "httpcore"}


def handlers_that_catch_all(path: Path) -> Iterator[str]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ExceptHandler):
            names = (
                {part.id for part in ast.walk(node.type) if isinstance(part, ast.Name)} if node.type else {""}
            )
            if names & {"", "Exception", "BaseException"}:
                yield named(path)


def test_only_the_shield_catches_every_exception() -> None:
    check((name for path in sources() for name in handlers_that_catch_all(path)), CATCHES_ALL)


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_only_the_seam_speaks_http() -> None:
    offenders = [
        named(path)
        for path in sources()
        if not named(path).startswith("apps/core/http/")
        and any(
            name == client or name.startswith(f"{client}.")
            for name in imported(path)
            for client in HTTP_CLIENTS
        )
    ]
    check(offenders, SPEAKS_HTTP)


def length(function: Function) -> int:
    """Lines of the body, without the docstring; a signature with an argument a line is no complication."""
    first, *rest = function.body
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and rest:
        first = rest[0]
    return (function.end_lineno or first.lineno) - first.lineno + 1


def is_view(function: Function) -> bool:
    return (
        bool(function.args.args)
        and function.args.args[0].arg == "request"
        and not function.name.startswith("_")
    )


def long_files(paths: list[Path], limit: int) -> list[str]:
    return [named(path) for path in paths if len(path.read_text().splitlines()) > limit]


def test_files_are_short() -> None:
    tests = tracked("tests/**.py", "benchmarks/**.py")
    check(long_files(sources(), LONGEST_FILE) + long_files(tests, LONGEST_TEST_FILE), LONG_FILES)


def test_functions_are_short() -> None:
    found = (f"{named(p)}:{f.name}" for p in sources() for f in functions(p) if length(f) > LONGEST_FUNCTION)
    check(found, LONG_FUNCTIONS)


def test_views_are_short() -> None:
    views = (
        f"{named(p)}:{f.name}"
        for p in view_files()
        for f in functions(p)
        if is_view(f) and length(f) > LONGEST_VIEW
    )
    check(views, LONG_VIEWS)


def root_of(node: ast.AST) -> ast.AST:
    """What a chain of calls and attributes begins with: `Video` of `Video.objects.filter(…).first()`."""
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node


def is_model(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id[0].isupper() and not node.id.isupper()


def names_what_is_owned(call: ast.Call, parameters: set[str]) -> bool:
    """Whether a filter names what the door put into the request (`team=request.team`, `pk=request.user.pk`) or a
    row that was fetched before (`video=version.video`), and not only what the address says."""
    for keyword in call.keywords:
        value = ast.unparse(keyword.value)
        if value.startswith(("request.team", "request.user", "request.membership")):
            return True
        root = root_of(keyword.value)
        if (
            isinstance(keyword.value, ast.Attribute)
            and isinstance(root, ast.Name)
            and root.id not in parameters
        ):
            return True
    return False


def unscoped(function: Function) -> Iterator[str]:
    """Queries that begin with all rows of a model and name neither the team nor an owned row."""
    parameters = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    for call in calls(function):
        if begins_with_all_rows(call) and not names_what_is_owned(call, parameters):
            yield ast.unparse(call)


def begins_with_all_rows(call: ast.Call) -> bool:
    target = call.func
    if isinstance(target, ast.Name) and target.id in ("get_object_or_404", "get_list_or_404"):
        return bool(call.args) and is_model(call.args[0])
    if not (isinstance(target, ast.Attribute) and isinstance(target.value, ast.Attribute)):
        return False
    on_objects = target.value.attr == "objects" and is_model(target.value.value)
    return on_objects and target.attr not in ("in_team", "none")


def test_views_begin_with_the_team_or_the_person_who_asks() -> None:
    found = (
        f"{named(path)}:{function.name}"
        for path in view_files()
        for function in functions(path)
        if any(unscoped(function))
    )
    check(found, UNSCOPED)


def test_guard_of_queries_sees_what_it_should() -> None:
    bad = [
        "Video.objects.get(pk=x)",
        "Video.objects.all()",
        "get_object_or_404(Video, pk=x)",
        "Video.objects.filter(a=1)",
    ]
    good = [
        "Video.objects.in_team(request.team).get(pk=x)",
        "Video.objects.filter(team=request.team, pk=x)",
        "get_object_or_404(Video.objects.in_team(request.team), pk=x)",
        "request.team.memberships.get(pk=x)",
        "User.objects.get(pk=request.user.pk)",
        "Version.objects.filter(video=version.video)",
    ]
    verdicts = [
        bool(list(unscoped(ast.parse(f"def view(request):\n    {code}").body[0]))) for code in bad + good
    ]  # type: ignore[arg-type]
    assert verdicts == [True] * len(bad) + [False] * len(good)


def reads_environment(node: ast.AST) -> bool:
    """`os.environ["X"]`, `os.environ.get("X")`, `os.getenv("X")`; handing the whole on to a program is no reading."""
    if isinstance(node, ast.Subscript):
        return ast.unparse(node.value) == "os.environ" and isinstance(node.ctx, ast.Load)
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("os.environ.get", "os.getenv")


def test_only_settings_read_the_environment() -> None:
    """Everything else asks settings."""
    files = [path for path in sources() if path.is_relative_to(ROOT / "apps")]
    check((named(p) for p in files if any(map(reads_environment, ast.walk(parsed(p))))), READS_ENVIRONMENT)


READS_ENVIRONMENT: dict[str, str] = {}
