"""The templates' scripts run here, beside stand-ins for the host, the client and the package manager.

A clean change passes, and reviews keep to the pull request's budget, job after job.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.cascade import PACKAGE
from tests.support.json_api import Call, JsonApi, Reply
from tests.support.policies import synced
from tests.support.repository import git

FOLDER = Path(__file__).parents[1] / "templates" / "ci"
POLICY = "ci: {budget: {per_run: 1.5, per_pull_request: 2}}\n"
RESULT = {"type": "result", "session_id": "s", "total_cost_usd": 1.25, "result": "All is well."}
CLIENT = f"""#!/bin/sh
cat > /dev/null
echo "$@" >> "$SAID"
[ -n "$DIES" ] && kill -9 $$
echo '{json.dumps(RESULT)}'
"""
# `python3 -m venv FOLDER`, as far as its programs are called.
VENV = """#!/bin/sh
mkdir -p "$3/bin" && ln -s {tools}/pip {tools}/tierwise "$3/bin"
"""
# The newest artifact is a folder named by its run; `gh api` prints the run, `gh run download` copies.
GH = """#!/bin/sh
[ "$1" = api ] && { ls "$ARTIFACTS"; exit; }
mkdir -p "$9" && cp "$ARTIFACTS/$3/spend.json" "$9"
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not all(shutil.which(name) for name in ("bash", "curl", "jq")),
        reason="the templates need bash, curl and jq, as their images have them",
    ),
]


class Job:
    """A fresh checkout of pull request 7 and what its shell finds on PATH."""

    def __init__(self, folder: Path, repository: Path) -> None:
        self.folder = folder
        self.repository = repository
        self.said = folder / "said"
        tools = folder / "tools"
        tools.mkdir()
        for name in ("apt-get", "npm", "pip"):
            self._write_tool(tools / name, "#!/bin/sh\n")
        ours = f'#!/bin/sh\nexec "{sys.executable}" -m tierwise "$@"\n'
        self._write_tool(tools / "tierwise", ours)
        self._write_tool(tools / "python3", VENV.format(tools=tools))
        self._write_tool(tools / "claude", CLIENT)
        self._write_tool(tools / "gh", GH)
        self.environ = {
            "HOME": str(folder),
            "PATH": f"{tools}:/usr/bin:/bin",
            "PYTHONPATH": str(PACKAGE),
            "SAID": str(self.said),
            "CI": "true",
            "DIES": "",
        }

    def _write_tool(self, path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o755)

    def run(self, script: str, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script.replace("/tmp/", f"{self.folder}/")],
            cwd=self.repository,
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def list_new_files(self) -> str:
        return git(self.repository, "status", "--porcelain")

    def begin_anew(self) -> None:
        """A new machine: nothing of the last job is left."""
        shutil.rmtree(self.repository / ".tierwise" / "local", ignore_errors=True)
        self.said.unlink(missing_ok=True)

    def read_said(self) -> str:
        if not self.said.exists():
            return ""
        return self.said.read_text()


@pytest.fixture
def job(tmp_path: Path, repository: Path) -> Job:
    synced(repository, f"review: 2999-01-01\n{POLICY}")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "feat: budgets")
    folder = tmp_path / "machine"
    folder.mkdir()
    return Job(folder, repository)


def load_template(name: str) -> dict[str, Any]:
    template: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text())
    return template


def test_a_clean_change_passes_on_every_host(job: Job) -> None:
    script = (FOLDER / "tierwise-ci.sh").read_text()
    done = job.run(script, {"TIERWISE_BASE": "HEAD~1"})
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert job.list_new_files() == ""

    gitlab = load_template("gitlab.yml")["tierwise"]
    base = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": "HEAD~1", "TIERWISE_SKIP": "dependencies"}
    cached = job.repository / ".cache" / "pip" / "broken.json"
    cached.parent.mkdir(parents=True)
    cached.write_text("{")
    done = job.run("\n".join(gitlab["script"]), base)
    assert done.returncode == 0, done.stderr
    assert json.loads((job.repository / "gl-code-quality-report.json").read_text()) == []

    (job.repository / "gl-code-quality-report.json").unlink()
    github = "\n".join(list_scripts("github.yml", "tierwise"))
    done = job.run(github, {**base, "TIERWISE_BASE": "HEAD~1", "TIERWISE_TRUST": "1"})
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def list_scripts(name: str, job: str) -> list[str]:
    """The scripts of a workflow's steps, in order."""
    steps = load_template(name)["jobs"][job]["steps"]
    return [step["run"] for step in steps if "run" in step]


def test_what_a_host_keeps_between_jobs_is_found_again_and_is_no_new_file(job: Job) -> None:
    (step,) = [
        step
        for step in load_template("github.yml")["jobs"]["tierwise"]["steps"]
        if "actions/cache" in step.get("uses", "")
    ]
    name = step["with"]["path"]
    caches = load_template("gitlab.yml")["tierwise"]["cache"]
    assert [name] in [cache["paths"] for cache in caches]

    script = "\n".join(list_scripts("github.yml", "tierwise"))
    environ = {"TIERWISE_SKIP": "dependencies", "TIERWISE_TRUST": "1"}
    assert job.run(script, environ).returncode == 0
    kept = (job.repository / name).read_bytes()
    assert kept
    job.begin_anew()
    (job.repository / name).parent.mkdir()  # as tar makes it: for everybody to read
    (job.repository / name).write_bytes(kept)
    done = job.run(script, environ)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert (job.repository / name).read_bytes() == kept
    assert job.list_new_files() == ""


COMMENT = """#!/bin/sh
[ "$1 $2 $3" = "pr comment 7" ] && cp "$7" "$SAID"
"""


def test_github_backtest_comments_what_a_policy_would_have_cost(job: Job) -> None:
    outcomes = job.repository / ".github" / "tierwise-outcomes.csv"
    outcomes.parent.mkdir()
    rows = [f"t{number},light,true,0.25,search" for number in range(4)]
    outcomes.write_text("\n".join(["task,tier,passed,usd,kind", *rows]) + "\n")
    job._write_tool(job.folder / "tools" / "gh", COMMENT)
    summary = job.folder / "summary.md"
    environ = {
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_REPOSITORY": "owner/name",
        "NUMBER": "7",
    }
    for script in list_scripts("github-backtest.yml", "backtest"):
        done = job.run(script, environ)
        assert done.returncode == 0, done.stderr
    assert "| search | 4 |" in job.read_said()
    assert summary.read_text() == job.read_said()


class Registry:
    """GitLab's package registry, with one file."""

    def __init__(self) -> None:
        self.kept: Any = None
        self.fault = 0

    def answer(self, call: Call) -> Reply:
        assert call.headers["job-token"] == "token"
        assert call.path == "/projects/1/packages/generic/tierwise-spend/7/spend.json"
        if call.method == "PUT":
            self.kept = call.body
            return 201
        if self.fault or self.kept is None:
            return self.fault or 404
        return json.dumps(self.kept).encode()


@pytest.fixture
def registry() -> Iterator[tuple[Registry, str]]:
    registry = Registry()
    with JsonApi(registry.answer) as server:
        yield registry, server.url


def run_gitlab(job: Job, url: str, **more: str) -> subprocess.CompletedProcess[str]:
    pipeline = load_template("gitlab-claude.yml")["tierwise-review"]
    known = {
        "CI_API_V4_URL": url,
        "CI_PROJECT_ID": "1",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": "HEAD~1",
        "CI_JOB_TOKEN": "token",
    }
    spend = re.sub(r"\$(\w+)", lambda found: known[found[1]], pipeline["variables"]["SPEND"])
    job.begin_anew()
    return job.run("\n".join(pipeline["script"]), {**known, "SPEND": spend, **more})


def test_gitlabs_jobs_share_the_merge_requests_budget(
    job: Job, registry: tuple[Registry, str]
) -> None:
    kept, url = registry
    first = run_gitlab(job, url)
    assert first.returncode == 0, first.stderr
    assert "--model opus --effort high --max-budget-usd 1.500000" in job.read_said()
    assert kept.kept["spent_usd"] == 1.25
    assert (job.repository / "review.md").read_text() == "All is well.\n"
    assert "$1.2500 spent of $2.00" in (job.repository / "spend.md").read_text()

    second = run_gitlab(job, url)
    assert second.returncode == 0, second.stderr
    assert "--max-budget-usd 0.750000" in job.read_said()

    third = run_gitlab(job, url)
    assert third.returncode == 3
    assert "has spent $2.5000 of $2.00" in third.stderr
    assert job.read_said() == ""


def test_gitlabs_job_calls_nobody_where_the_sum_cannot_be_read_and_counts_a_killed_call_in_full(
    job: Job, registry: tuple[Registry, str]
) -> None:
    kept, url = registry
    kept.fault = 500
    assert run_gitlab(job, url).returncode == 1
    assert job.read_said() == ""
    kept.fault = 0
    assert run_gitlab(job, url, DIES="yes").returncode == 137
    assert kept.kept["spent_usd"] == 1.5


def run_github(job: Job, artifacts: Path, number: int) -> dict[str, str]:
    """Run the job's scripts in order; the action in the middle leaves its file, uploads are copies."""
    steps = load_template("github-claude.yml")["jobs"]["review"]["steps"]
    job.begin_anew()
    output, result = job.folder / "output", job.folder / "result.json"
    output.write_text("")
    result.write_text(json.dumps([{"type": "system"}, RESULT]))
    environ = {
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(job.folder / "summary.md"),
        "GITHUB_REPOSITORY": "owner/name",
        "GITHUB_REF": "refs/pull/7/merge",
        "RUNNER_TEMP": str(job.folder),
        "SPEND": "tierwise-spend-7",
        "ARTIFACTS": str(artifacts),
        "RESULT": str(result),
    }
    for step in steps:
        if "run" in step:
            done = job.run(step["run"], environ)
            if done.returncode:
                return {"code": str(done.returncode), "error": done.stderr}
        elif "upload-artifact" in step["uses"]:
            shutil.rmtree(artifacts)
            (artifacts / str(number)).mkdir(parents=True)
            shutil.copy(job.repository / step["with"]["path"], artifacts / str(number))
    return dict(line.split("=", 1) for line in output.read_text().splitlines())


def test_githubs_jobs_share_the_pull_requests_budget(job: Job, tmp_path: Path) -> None:
    artifacts = tmp_path / "artifacts"
    artifacts.mkdir()
    assert run_github(job, artifacts, 1) == {"model": "opus", "effort": "high", "usd": "1.500000"}
    told = json.loads((artifacts / "1" / "spend.json").read_text())
    assert (told["spent_usd"], told["pull_request"]) == (1.25, "7")
    assert run_github(job, artifacts, 2)["usd"] == "0.750000"
    refused = run_github(job, artifacts, 3)
    assert refused["code"] == "3"
    assert "has spent $2.5000 of $2.00" in refused["error"]
    summary = (job.folder / "summary.md").read_text()
    assert "| review | $1.2500 | $1.5000 |" in summary
    assert os.listdir(artifacts) == ["2"]
