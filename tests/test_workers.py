"""Workers get what is handed in as it was at that moment."""

import pytest
from tiny_project import Meeting

from torch_program.pipeline.interrupts import Workers

pytestmark = pytest.mark.process


def test_what_changes_after_it_was_handed_in_changes_nothing_for_the_worker(meeting: Meeting) -> None:
    with Workers(1) as pool:
        waiting = [pool.submit(exec, meeting.code, {}) for _ in range(4)]  # more than loky pickles beforehand
        given = {"here": 1}
        future = pool.submit(dict, given)
        given["later"] = 2
        meeting.go()
        assert future.result() == {"here": 1}
        assert [done.result() for done in waiting] == [None] * 4
