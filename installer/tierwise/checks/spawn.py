"""Running another program without ``subprocess``, whose import alone costs a hook more than git does.

Standard library only.  Systems without ``posix_spawn`` (Windows) take the ``subprocess`` way.
"""

import os

from tierwise.errors import OutsideError

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    import subprocess
    from typing import IO


class Child:
    """A running program with a pipe to its standard input and one from its standard output."""

    __slots__ = ("_process", "output", "pid", "writer")

    def __init__(self, argv: "list[str]", environment: "dict[str, str] | None" = None) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self.output: IO[bytes]
        if not hasattr(os, "posix_spawnp"):
            self._start_slowly(argv, environment)
            return
        child_in, self.writer = os.pipe()
        reader, child_out = os.pipe()
        actions = [(os.POSIX_SPAWN_DUP2, child_in, 0), (os.POSIX_SPAWN_DUP2, child_out, 1)]
        try:
            self.pid = os.posix_spawnp(
                argv[0], argv, environment or os.environ, file_actions=actions
            )
        except FileNotFoundError:
            raise _missing(argv[0]) from None
        finally:
            os.close(child_in)
            os.close(child_out)
        self.output = open(reader, "rb")  # noqa: SIM115  closed by `finish`

    def _start_slowly(self, argv: "list[str]", environment: "dict[str, str] | None") -> None:
        import subprocess

        try:
            process = subprocess.Popen(
                argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
            )
        except FileNotFoundError:
            raise _missing(argv[0]) from None
        assert process.stdin is not None and process.stdout is not None
        self._process = process
        self.pid, self.writer, self.output = process.pid, process.stdin.fileno(), process.stdout

    def write(self, data: bytes) -> None:
        """Send all of ``data``; the caller keeps it below what a pipe holds (16 KiB is safe everywhere)."""
        view = memoryview(data)
        while view:
            view = view[os.write(self.writer, view) :]

    def finish(self) -> int:
        """Close both pipes, wait, and return the exit code (negative: the signal that ended it)."""
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self.output.close()
            return int(self._process.wait())
        os.close(self.writer)
        self.output.close()
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def output(argv: "list[str]", environment: "dict[str, str] | None" = None) -> "tuple[int, bytes]":
    """Exit code and standard output of a program that reads nothing; its standard error is ours."""
    child = Child(argv, environment)
    text = child.output.read()
    return child.finish(), text


def complaints(argv: "list[str]", data: bytes) -> "tuple[int, bytes]":
    """Exit code and standard error of a program that reads ``data`` from its standard input.

    The data goes through a nameless file, not a pipe, so that no order of reading and writing can block.
    """
    if not hasattr(os, "posix_spawnp"):
        import subprocess

        done = subprocess.run(argv, input=data, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        return done.returncode, done.stderr
    source = _nameless(data)
    reader, child_err = os.pipe()
    actions = [(os.POSIX_SPAWN_DUP2, source, 0), (os.POSIX_SPAWN_DUP2, child_err, 2)]
    try:
        pid = os.posix_spawnp(argv[0], argv, os.environ, file_actions=actions)
    except FileNotFoundError:
        os.close(reader)
        raise _missing(argv[0]) from None
    finally:
        os.close(child_err)
        os.close(source)
    with open(reader, "rb") as stream:
        text = stream.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), text


def find(program: str) -> "str | None":
    """The first executable of that name on PATH (``shutil.which`` without its imports)."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, program)
        if folder and os.access(path, os.X_OK) and os.path.isfile(path):
            return path
    return None


def _nameless(data: bytes) -> int:
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("tierwise")
    else:
        import tempfile

        descriptor, path = tempfile.mkstemp()
        os.unlink(path)
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _missing(program: str) -> OutsideError:
    return OutsideError(f"{program} was not found", remedy=f"Install {program} and put it on PATH.")
