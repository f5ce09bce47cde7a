"""What the learned model counts."""

from __future__ import annotations

from tierwise.classify.features import Evidence, read_features


def features_of(found: Evidence) -> set[str]:
    return {*found.lead, *found.body}


def test_words_stems_pairs_and_endings() -> None:
    found = read_features(["rename", "variables"], [])
    assert {"renam", "rename", "varia", "renam varia", "-bles", "^renam", "^^renam", "^varia"} <= {
        *found.lead
    }
    assert "^^varia" not in found.lead


def test_the_body_is_not_the_lead() -> None:
    found = read_features(["fix"], ["token", "fix"])
    assert "^fix" in found.lead
    assert "token" in found.body
    assert "^token" not in features_of(found)


def test_files_folders_agents_and_traits() -> None:
    found = read_features([], [], ["check"], ["deploy/app.YML"], "tierwise:code-reviewer", ["code"])
    assert {
        "`check",
        "deploy/",
        "app/",
        ".yml",
        "@code-reviewer",
        "@reviewer",
        "#code",
    } <= features_of(found)


def test_writing_without_blanks_is_read_in_groups() -> None:
    assert {"~查询", "~询语", "~查询语"} <= features_of(read_features(["查询语句"], []))


def test_concepts_stand_alone_and_in_pairs() -> None:
    found = read_features(["round", "price"], ["price", "guest"])
    assert {"§money", "§round", "§money+round"} <= {*found.lead}
    assert "§invite" in found.body
    assert "§money" not in found.body


def test_a_repositorys_own_nouns_are_no_concepts() -> None:
    assert "§secret" in features_of(read_features(["token"], []))
    assert "§secret" not in features_of(read_features(["token"], [], nouns=["token"]))


def test_each_feature_once_and_always_in_the_same_order() -> None:
    words = ["a", "b", "a", "b"]
    found = read_features(words, words)
    assert len(found.lead) + len(found.body) == len(features_of(found))
    again = read_features(words, words)
    assert (found.lead, found.body) == (again.lead, again.body)


def test_the_work_is_bounded() -> None:
    found = read_features(["x" * 100_000], [str(number) for number in range(100_000)])
    assert len(found.lead) + len(found.body) < 2000
