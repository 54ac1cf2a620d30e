"""The process of Jupyter Book that starts before there is anything to do."""

import os

import pytest

from claimbook.run import environment
from claimbook.run.environment import kill_running, run_jupyter_book, start_early

pytestmark = [pytest.mark.process, pytest.mark.slow]
LIBRARY = os.environ.get("PYTHONPATH", "")


def started(folder):
    """Start a process early, and return it."""
    start_early(LIBRARY, folder)
    return environment.waiting[-1]


def test_a_process_that_nobody_needed_ends_with_the_build(tmp_path):
    assert started(tmp_path).poll() is None
    kill_running()
    assert environment.at_work.pop().wait() < 0 and environment.waiting.pop()


def test_a_process_ends_by_itself_if_the_build_goes_away_without_a_word(tmp_path):
    started(tmp_path).communicate("")
    assert environment.at_work.pop().returncode == 0 and environment.waiting.pop()


def test_the_waiting_process_makes_the_book_and_the_next_book_gets_another(tmp_path):
    process = started(tmp_path)
    code, said = run_jupyter_book(tmp_path, LIBRARY, {})
    assert process.returncode == code != 0 and str(tmp_path) in said
    assert not environment.waiting and run_jupyter_book(tmp_path, LIBRARY, {})[0] != 0 and not environment.at_work
