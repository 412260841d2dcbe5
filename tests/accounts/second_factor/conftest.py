"""A clock that goes only when it is told to: codes live for half a minute."""

from datetime import UTC, datetime, timedelta

import pytest

from broker import clock


@pytest.fixture
def wait(monkeypatch):
    """Stop the clock at the beginning of the next half minute, and give a function that lets so many seconds pass."""
    moment = datetime.fromtimestamp(clock.now().timestamp() // 30 * 30 + 35, UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)

    def pass_by(seconds):
        nonlocal moment
        moment += timedelta(seconds=seconds)

    return pass_by
