"""Functions that are to reach out of the program, and whether they do."""

from __future__ import annotations

import pytest

from tierwise.gates.idle_effects import find_idle_effects
from tierwise.git.snapshot import Change

TASK = "Send each person one mail over SMTP at localhost"


@pytest.mark.parametrize(
    ("path", "code", "is_found"),
    [
        ("mail.py", "def send(to, text):\n    # SMTP goes here\n    sent.append((to, text))\n    return True\n", True),
        ("mail.py", "def send_mail(to):\n    print(f'Mail sent to {to}')\n", True),
        ("mail.js", "function sendMail(to) {\n  console.log(`sent to ${to}`);\n}\n", True),
        ("mail.py", "def send(to, text):\n    with SMTP('localhost') as server:\n        server.sendmail(to, text)\n", False),
        ("mail.py", "class Post(Protocol):\n    def send(self, to): ...\n", False),
        ("mail.py", "def remind(rota, send):\n    for name in rota:\n        send(name)\n", False),
        ("mail.js", "const sendMail = async (to) => post('/mail', to);\n", False),
        ("mail.py", "def mail_is_valid(to):\n    if to.domain:\n        return True\n    return False\n", False),
        ("mail.py", "def mail_known(to):\n    if to in KNOWN:\n        return True\n    return False\n", False),
        ("mail.py", "def upload_allowed(size):\n    return True\n", False),
        ("mail.js", "function notifyEnabled() {\n  return true;\n}\n", False),
        ("mail.py", "def post_process(rows, found):\n    for row in rows:\n        found.append(row)\n", False),
        ("mail.py", "def mail_subject(to):\n    return 'To {}'.format(to)\n", False),
        ("mail.py", "def upload_args(to):\n    args = []\n    args.append(to)\n    return args\n", False),
        ("mail.py", "def post_order(node, found):\n    post_order(node.left, found)\n    found.append(node)\n", False),
        ("mail.py", "class A:\n    def __post_init__(self):\n        self.names.append(self.name)\n", False),
        ("mail.py", "def send_valid_mail(to):\n    sent.append(to)\n    return True\n", True),
        ("mail.py", "def notify(to):\n    if to:\n        return True\n    return 1\n", True),
        ("tests/test_mail.py", "def send(to):\n    sent.append(to)\n", False),
    ],
)  # fmt: skip
def test_a_function_that_sends_nothing_is_found(path: str, code: str, is_found: bool) -> None:
    change = Change(path, None, code.encode())
    assert bool(list(find_idle_effects([change], TASK))) is is_found
    assert not list(find_idle_effects([change], "Print the mails to the console"))
    assert not list(find_idle_effects([change], "Keep a list of who was told"))
    old = Change(path, code.encode(), f"{code}\n".encode())
    assert not list(find_idle_effects([old], TASK))


@pytest.mark.parametrize(
    ("added", "is_found"),
    [
        ("letters.append(json.dumps(row))\nlog.info('letter kept')\n", True),
        ("with open(path, 'a') as file:\n    file.writelines([row])\n", False),
        ("self.store.add(row)\n", False),
        ("# open(path) comes later\nrows.append(row)\n", True),
        ("df.to_csv(out)\n", False),
        ("keep_row(row, path)\n", False),
        ("def keep_row(row, path):\n    rows.append(row)\n", True),
    ],
)
def test_what_is_to_be_in_a_file_is_written(added: str, is_found: bool) -> None:
    change = Change("box.py", b"", added.encode())
    for task in (
        "Append each row to a file",
        "Rows must be saved in a file",
        "It must be on the disk before it leaves.",
    ):
        assert bool(list(find_idle_effects([change], task))) is is_found
    for task in (
        "Put the tests into a file of their own",
        "Sort the rows",
        "Dates stored in the file come back a day late",
        "Append the year to file names",
    ):
        assert not list(find_idle_effects([change], task))


def test_a_shell_writes_with_a_sign() -> None:
    change = Change("bin/list", b"", b'sort names.txt > "$1"\n')
    assert not list(find_idle_effects([change], "Write the names to the file given"))
    change = Change("bin/list", b"", b"sort names.txt > sorted.txt\n")
    assert not list(find_idle_effects([change], "Write the names to the file given"))
    change = Change("bin/list", b"", b'[ "$a" -gt 3 ] && sort names.txt\n')
    assert list(find_idle_effects([change], "Write the names to the file given"))


@pytest.mark.parametrize(
    ("path", "code", "is_found"),
    [
        ("Log.java", "public void save(Path file) {\n    KEPT.put(file.toAbsolutePath(), lines());\n}\n", True),
        ("Log.java", "public void save(Path file) {\n    Files.writeString(file, text());\n}\n", False),
        ("Log.java", "public void save(Path file) {\n    store.keep(file, text());\n}\n", False),
        ("log.py", "def save(self, path):\n    KEPT[str(path)] = list(self.lines)\n", True),
        ("log.py", "def save(self, path):\n    path.write_text(self.text)\n", False),
        ("log.py", "def save(self, path):\n    with path.open('w') as file:\n        file.write(self.text)\n", False),
        ("log.py", "def save(self, path):\n    write_lines(path, self.lines)\n", False),
        ("log.py", "def save(self, rows):\n    self.rows.append(rows)\n", False),
        ("log.py", "def write_to(self, path):\n    self.path = Path(path)\n    return self\n", False),
        ("log.js", "function save(path) {\n  kept.set(path, lines);\n}\n", True),
        ("log.js", "function save(path) {\n  fs.writeFileSync(path, lines);\n}\n", False),
    ],
)  # fmt: skip
def test_what_is_given_a_file_to_save_in_writes_to_it(path: str, code: str, is_found: bool) -> None:
    change = Change(path, None, code.encode())
    assert bool(list(find_idle_effects([change], "Add save and load"))) is is_found
