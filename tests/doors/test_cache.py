"""The cache: what has not changed is not checked again, and what has changed is."""

import os
import sys

import keras
import numpy as np
import pytest

from healthcheck.capture import cache

SCRIPT = """
import keras, numpy as np, os
from settings import UNITS
SHIFT = 0.0
{head}
x = np.random.default_rng(0).normal(SHIFT, size=(256, 4)).astype("float32")
y = (x.sum(1) > 0).astype("float32")
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(UNITS, activation="relu"),
                          keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
history = model.fit(x, y, epochs=20, verbose=0{more})
with open("after.txt", "w") as file:
    file.write(repr((history.history["loss"][-1], model.evaluate(x, y, verbose=0))))
"""


@pytest.fixture
def twice(check, tmp_path, monkeypatch):
    """Return a function that checks a script, changes something, and says whether it was checked again."""
    monkeypatch.chdir(tmp_path)

    def checked(text, **settings):
        keras.backend.clear_session()  # by the command each check has a process of its own
        monkeypatch.delitem(sys.modules, "settings", raising=False)
        return check(text, **settings)

    def run(change=lambda: None, head="", more="", **settings):
        (tmp_path / "settings.py").write_text("UNITS = 8\n")
        (tmp_path / "config.txt").write_text("1")
        text = SCRIPT.format(head=head, more=more)
        settings = {"cache": True, "select": ("diverging-loss",)} | settings
        (first,) = checked(text, **settings)
        assert first.verdict == "healthy", first.summary
        after = (tmp_path / "after.txt").read_text()
        changed = change() or {}
        (second,) = checked(changed.pop("text", text), **(settings | changed))
        assert not any("nothing has changed" in note for note in first.notes)
        is_kept = any("nothing has changed" in note for note in second.notes)
        if is_kept:
            assert first.model_dump_json(exclude={"notes"}) == second.model_dump_json(exclude={"notes"})
            assert (tmp_path / "after.txt").read_text() == after
        return not is_kept

    return run


def test_what_has_not_changed_keeps_its_result_and_the_script_goes_on_as_after_a_check(twice, tmp_path):
    assert not twice()
    assert (tmp_path / ".healthcheck_cache" / ".gitignore").read_text() == "*\n"


def test_settings_that_change_nothing_keep_it(twice):
    assert not twice(lambda: {"memory_limit": "80%", "output": "elsewhere"})


def test_a_file_that_was_imported(twice, tmp_path):
    assert twice(lambda: (tmp_path / "settings.py").write_text("UNITS = 9\n") and None)


def test_a_comment_in_the_script(twice):
    assert twice(lambda: {"text": SCRIPT.format(head="# better", more="")})


def test_a_file_that_was_only_read(twice, tmp_path):
    change = lambda: (tmp_path / "config.txt").write_text("2") and None  # noqa: E731
    assert twice(change, head="alpha = float(__import__('pathlib').Path('config.txt').read_text())")


def test_the_environment(twice, monkeypatch):
    assert twice(lambda: monkeypatch.setenv("ALPHA", "2"))


@pytest.mark.parametrize("change", [{"seed": 1}, {"seeds": 4}, {"budget": 30.0}, {"cache": False}])
def test_a_setting(twice, change):
    assert twice(lambda: change)


def test_data_that_no_file_tells_of(twice):
    # What C++ reads is not seen by Python; here it comes from the clock.
    assert twice(head="import time; SHIFT = time.time_ns() % 1000_000 / 1e9")


def test_a_callback_of_the_users_own_is_called_every_time(twice):
    own = "class Own(keras.callbacks.Callback): pass"
    assert twice(head=own, more=", callbacks=[Own()]")
    assert not twice(more=", callbacks=[keras.callbacks.EarlyStopping('loss')]")


def test_a_program_that_asks_another_is_checked_every_time(twice):
    assert twice(head="import subprocess; subprocess.run(['true'], check=True)")


def test_a_spoiled_entry_is_made_anew(twice, tmp_path):
    def spoil():
        for entry in (tmp_path / ".healthcheck_cache").glob("*.npz"):
            entry.write_bytes(entry.read_bytes()[:1000])

    assert twice(spoil)


def test_where_nothing_can_be_written_nothing_is_kept(twice, tmp_path):
    (tmp_path / ".healthcheck_cache").write_text("a file")
    assert twice()


def test_arrays_in_lists_count_to_their_last_number():
    one, other = np.zeros(5000), np.zeros(5000)
    other[2500] = 1.0  # `repr` would leave it out
    parts = [list(map(bytes, cache._contents({"weights": [array]}))) for array in (one, other)]
    assert parts[0] != parts[1]


def test_old_entries_go_first(tmp_path, monkeypatch):
    for number in range(4):
        file = tmp_path / f"{number}.npz"
        np.savez(file, np.zeros(1000))
        os.utime(file, (number, number))
    monkeypatch.setattr(cache, "MAX_BYTES", 2 * file.stat().st_size)
    cache.Cache(tmp_path, {}, [], None)._forget_old()
    assert sorted(file.name for file in tmp_path.glob("*.npz")) == ["2.npz", "3.npz"]
