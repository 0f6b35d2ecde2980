import numpy as np
import pytest

from healthcheck.schedule import Schedule


def schedule(examples=10, batch_size=4, steps=3, shuffle=True, seed=0):
    return Schedule(examples, batch_size, steps, shuffle, seed)


def batches(of, first=0, last=1):
    """Return the rows of every step of some epochs."""
    slots = of.epochs(first, last)
    return [slots.rows[a:b].tolist() for a, b in zip(slots.starts, slots.ends, strict=True)]


def rows(of, first=0, last=1):
    return [row for batch in batches(of, first, last) for row in batch]


def test_an_epoch_takes_every_example_once():
    assert sorted(rows(schedule())) == list(range(10))
    assert rows(schedule()) != list(range(10))


def test_the_last_batch_is_short():
    assert [len(batch) for batch in batches(schedule(), 0, 2)] == [4, 4, 2, 4, 4, 2]


def test_a_batch_larger_than_the_data_is_the_data():
    assert [len(batch) for batch in batches(schedule(batch_size=32, steps=1))] == [10]


def test_the_same_seed_gives_the_same_order():
    assert batches(schedule(seed=3), 0, 5) == batches(schedule(seed=3), 0, 5)


def test_another_seed_gives_another_order():
    assert batches(schedule(seed=3)) != batches(schedule(seed=4))


def test_every_epoch_has_its_own_order():
    assert batches(schedule(), 0, 1) != batches(schedule(), 1, 2)


def test_the_order_of_an_epoch_does_not_depend_on_where_one_starts():
    whole = batches(schedule(), 0, 4)
    assert batches(schedule(), 2, 4) == whole[6:]
    assert batches(schedule(), 3, 4) == whole[9:]


def test_an_unshuffled_training_takes_the_examples_as_they_come():
    assert batches(schedule(shuffle=False), 0, 2) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]] * 2


def test_fewer_steps_than_the_data_needs_take_a_part_of_it():
    part = rows(schedule(steps=2))
    assert len(part) == len(set(part)) == 8


def test_more_steps_than_the_data_has_go_round_in_full_batches():
    assert [len(batch) for batch in batches(schedule(steps=5))] == [4] * 5
    assert sorted(rows(schedule(steps=5))) == sorted(2 * list(range(10)))


def test_an_unshuffled_round_goes_on_in_the_next_epoch():
    once = rows(schedule(steps=4, shuffle=False), 0, 2)
    assert once == [row % 10 for row in range(32)]


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5, 9])
def test_every_epoch_has_its_steps_and_no_step_is_empty(steps):
    found = batches(schedule(steps=steps), 0, 3)
    assert len(found) == 3 * steps
    assert all(found)


def test_a_part_of_the_slots_is_these_steps():
    slots = schedule().epochs(0, 2)
    part = slots.part(2, 4)
    assert (len(slots), len(part)) == (6, 2)
    assert part.starts.tolist() == slots.starts[2:4].tolist()
    assert slots.rows.dtype == slots.starts.dtype == slots.ends.dtype == np.dtype("int32")
