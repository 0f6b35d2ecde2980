"""The utilization of a GPU, against a library that answers as NVML does."""

# ruff: noqa: N802 - the names are the library's

import time

import pytest

from healthcheck import gpu

UUID = "GPU-2f4e1a5c-0000-0000-0000-000000000000"


class FakeNvml:
    """Two GPUs; each look finds the next of `rates`, None being an error."""

    def __init__(self, rates=(20, 40, None, 60), refused=()):
        self.rates, self.refused, self.asked = list(rates), refused, []

    def nvmlInit_v2(self):
        return int("init" in self.refused)

    def nvmlDeviceGetHandleByIndex_v2(self, number, handle):
        self.asked.append(number.value)
        handle._obj.value = 100 + number.value
        return 0 if number.value < 2 else 2

    def nvmlDeviceGetHandleByUUID(self, name, handle):
        self.asked.append(name.decode())
        handle._obj.value = 100
        return 0

    def nvmlDeviceGetUtilizationRates(self, handle, rates):
        assert handle.value in {100, 101}
        rate = self.rates.pop(0) if self.rates else None
        if rate is None or "rates" in self.refused:
            return 3
        rates._obj.gpu, rates._obj.memory = rate, 99
        return 0


@pytest.fixture
def busy(monkeypatch):
    monkeypatch.setattr(gpu, "EVERY", 0.001)

    def measured(library, number=0, environment=None):
        def load(name):
            assert name == gpu.LIBRARY
            if library is None:
                raise OSError(name)
            return library

        monkeypatch.setattr("ctypes.CDLL", load)
        with gpu.watched(number, environment or {}) as utilization:
            until = time.monotonic() + 5
            while isinstance(library, FakeNvml) and library.rates and time.monotonic() < until:
                time.sleep(0.001)
                if library.refused or number is None:
                    break
            time.sleep(0.02)
        return utilization()

    return measured


def test_the_mean_of_what_was_seen_is_told(busy):
    assert busy(FakeNvml()) == 40.0


@pytest.mark.parametrize(
    ("visible", "number", "asked"),
    [(None, 1, 1), ("", 0, 0), ("1,0", 0, 1), ("1", 0, 1), (f"{UUID}, 1", 0, UUID), (f"{UUID}, 1", 1, 1)],
)
def test_the_gpu_is_the_one_that_cuda_shows(busy, visible, number, asked):
    library = FakeNvml()
    assert busy(library, number, {} if visible is None else {"CUDA_VISIBLE_DEVICES": visible}) == 40.0
    assert library.asked == [asked]


@pytest.mark.parametrize("library", [None, object(), FakeNvml(refused=["init"]), FakeNvml(refused=["rates"])])
def test_what_the_driver_does_not_tell_is_not_known(busy, library):
    assert busy(library) is None


def test_a_gpu_that_the_driver_does_not_know_is_not_looked_at(busy):
    library = FakeNvml(rates=[])
    assert busy(library, number=7) is None


def test_without_a_gpu_the_driver_is_not_asked(busy):
    library = FakeNvml()
    assert busy(library, number=None) is None
    assert library.asked == []
