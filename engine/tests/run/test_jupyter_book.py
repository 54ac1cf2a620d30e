"""The process of Jupyter Book that starts before there is anything to do."""

import os

import pytest

from claimbook.run import environment
from claimbook.run.environment import run_jupyter_book, started_early

pytestmark = [pytest.mark.process, pytest.mark.slow]
LIBRARY = os.environ.get("PYTHONPATH", "")


def test_a_process_that_nobody_needed_ends_with_the_build(tmp_path):
    with started_early(LIBRARY, tmp_path):
        (process,) = environment.waiting
        assert process.poll() is None
    assert process.returncode is not None
    assert not environment.waiting
    assert not environment.at_work


def test_a_process_ends_by_itself_if_the_build_goes_away_without_a_word(tmp_path):
    with started_early(LIBRARY, tmp_path):
        (process,) = environment.waiting
        process.communicate("")
        assert process.returncode == 0


def test_the_waiting_process_makes_the_book_and_the_next_book_gets_another(tmp_path):
    with started_early(LIBRARY, tmp_path):
        (process,) = environment.waiting
        code, said = run_jupyter_book(tmp_path, [], LIBRARY, {})
        assert process.returncode == code != 0
        assert str(tmp_path) in said
        assert not environment.waiting
        assert run_jupyter_book(tmp_path, [], LIBRARY, {})[0] != 0
    assert not environment.at_work
