"""What can be turned, and what became of what no longer can."""

from __future__ import annotations

import json
import pickle
from dataclasses import fields, replace

import pytest

from droindex import Settings, SettingsError, settings
from droindex.settings import RANKINGS, RankingSettings, default_workers

GROUPS = {
    item.name: getattr(settings, str(item.type)) for item in fields(Settings)
}  # extract, build, ...


@pytest.mark.parametrize(
    ("group", "name"),
    [(group, name) for group, names in settings._FIXED.items() for name in sorted(names)],
)
def test_an_old_name_says_what_became_of_it(group: str, name: str) -> None:
    with pytest.raises(SettingsError, match=f"`{name}` of {group} is no setting") as told:
        getattr(settings, group)(**{name: 1})
    assert told.value.hint == (
        "It is a fixed number now, with its reason where it is used: leave it out."
    )


def test_an_old_name_is_refused_by_replace_as_well() -> None:
    with pytest.raises(SettingsError, match="pair_slop"):
        replace(Settings().ranking, pair_slop=3)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("group", "old", "new"),
    [(group, *names) for group, held in settings._RENAMED.items() for names in held.items()],
)
def test_a_setting_that_was_renamed_says_its_name(group: str, old: str, new: str) -> None:
    with pytest.raises(SettingsError, match=f"`{old}` of {group} has another name") as told:
        getattr(settings, group)(**{old: "auto"})
    assert told.value.hint == f"It is called `{new}`."
    assert new in {item.name for item in fields(getattr(settings, group))}


def test_no_old_name_is_a_setting() -> None:
    groups = {group.__name__: group for group in GROUPS.values()}
    for old in (settings._FIXED, settings._RENAMED):
        for group, names in old.items():
            assert not set(names) & {item.name for item in fields(groups[group])}


def test_settings_are_values() -> None:
    turned = Settings(ranking=RankingSettings(title_boost=0.5))
    assert turned != Settings()
    assert pickle.loads(pickle.dumps(turned)) == turned
    assert hash(turned) == hash(replace(turned))
    assert json.loads(json.dumps(turned.to_dict()))["ranking"]["title_boost"] == 0.5
    assert set(turned.to_dict()) == set(GROUPS)


def test_the_fast_ranking_leaves_out_all_but_words_in_text_and_title() -> None:
    default, fast = (Settings().for_ranking(name).ranking for name in RANKINGS)
    changed = {
        item.name
        for item in fields(RankingSettings)
        if getattr(default, item.name) != getattr(fast, item.name)
    }
    assert {getattr(fast, name) for name in changed} == {0.0}
    assert fast.title_boost == default.title_boost
    assert {"pair_boost", "coverage_boost", "feedback_boost"} <= changed


def test_one_worker_per_core_that_may_be_used() -> None:
    assert default_workers() >= 1
