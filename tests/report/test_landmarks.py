"""What a call counts to: the pull request and the commit that came next."""

from __future__ import annotations

import subprocess
from datetime import timezone
from pathlib import Path

import pytest
from tests.support.spending import START, default_table, record, report_of

from tierwise.pricing.prices import load_prices
from tierwise.report.build import Sights, build_report
from tierwise.report.commits import read_commits
from tierwise.report.landmarks import NONE, REACH, Landmarks, OwnCommit
from tierwise.report.window import Window
from tierwise.transcripts.records import Coverage, PullRequest, Usage, UsageRecord

SECOND = 1000
FIRST, LAST = "acme/shop#1", "acme/shop#2"
LINKS = [
    PullRequest("s1", FIRST, START + 10 * SECOND),
    PullRequest("s1", LAST, START + 20 * SECOND),
]


def at(seconds: int, **fields: str) -> UsageRecord:
    return record(seconds, project="/shop", branch="main", **fields)


@pytest.mark.parametrize(
    ("seconds", "name"),
    [(1, FIRST), (10, FIRST), (11, LAST), (20, LAST), (99, LAST)],
)
def test_a_call_belongs_to_the_next_pull_request_of_its_session_or_the_last(
    seconds: int, name: str
) -> None:
    landmarks = Landmarks({"s1": LINKS})
    assert landmarks.find_led_to(at(seconds)) == (name, NONE)
    assert landmarks.find_led_to(at(seconds, session="s2")) == (NONE, NONE)


def test_a_call_belongs_to_the_next_commit_of_its_branch_within_a_day() -> None:
    commit = OwnCommit(START + REACH, "1234567890 feat: a shop")
    landmarks = Landmarks(commits={("/shop", "main"): [commit]})
    assert landmarks.find_led_to(at(1)) == (NONE, commit.name)
    early = record(0, project="/shop", branch="main", timestamp=START - 1)
    late = record(0, project="/shop", branch="main", timestamp=commit.made + SECOND)
    other = record(0, project="/shop", branch="side")
    assert [landmarks.find_led_to(item)[1] for item in (early, late, other)] == [NONE] * 3


def test_calls_before_and_after_a_pull_request_are_told_apart_and_the_total_stays() -> None:
    calls = [at(1), at(11), at(12), at(99, session="s2")]
    usage = Usage(calls, Coverage(), {}, pull_requests={"s1": LINKS})
    window = Window(zone=timezone.utc, zone_name="UTC")
    report = build_report(usage, [], default_table(), load_prices(), window)
    groups = {item.key: item.total.messages for item in report.view("pull-request")}
    assert groups == {FIRST: 1, LAST: 2, NONE: 1}
    plain = report_of(calls).total
    assert sum(item.total.cost for item in report.view("pull-request")) == plain.cost


def test_commits_are_the_user_s_own_by_the_time_they_were_first_written(repository: Path) -> None:
    def commit(subject: str, author: str, seconds: int) -> None:
        stamp = f"{START // SECOND + seconds} +0000"
        git = ["git", "-C", str(repository), "-c", "user.name=x", "commit", "-q", "--allow-empty"]
        command = [*git, "-m", subject, "--author", f"x <{author}>", "--date", stamp]
        subprocess.run(command, check=True)

    configure = ["git", "-C", str(repository), "config", "user.email", "me@example.com"]
    subprocess.run(configure, check=True)
    commit("feat: one", "me@example.com", 10)
    commit("feat: another's", "you@example.com", 20)
    commit("feat: two", "me@example.com", 30)
    named = ["git", "-C", str(repository), "branch", "--show-current"]
    branch = subprocess.run(named, capture_output=True, text=True, check=True).stdout.strip()
    calls = [
        record(second, project=str(repository), branch=name)
        for second, name in ((1, branch), (11, "gone"), (31, branch))
    ]
    commits = read_commits([*calls, record(1, project=str(repository / "gone"))])
    report = build_report(
        Usage(calls, Coverage(), {}),
        [],
        default_table(),
        load_prices(),
        Window(zone=timezone.utc, zone_name="UTC"),
        sights=Sights(commits=commits),
    )
    groups = {item.key.partition(" ")[2] or item.key for item in report.view("commit")}
    assert groups == {"feat: one", "feat: two", NONE}
