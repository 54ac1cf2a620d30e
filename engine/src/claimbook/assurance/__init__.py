"""What every report guarantees about its numbers: not typed, with a card that names what moves it, and reproducible."""

import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context

from claimbook.notebook.kernel import collect_less_garbage
from claimbook.run import environment


def prepare_worker() -> None:
    """Let a new worker ignore signals, because the main process receives them and ends its workers."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    collect_less_garbage()


@contextmanager
def processes(method: str) -> Iterator[ProcessPoolExecutor]:
    """Provide up to one process for each processor, and kill them if anything goes wrong here, Ctrl-C included.

    They start by "forkserver", which is fast, or by "spawn", which takes over the variables of this process.
    """
    if method == "forkserver":
        environment.start_forkserver()
    pool = ProcessPoolExecutor(mp_context=get_context(method), initializer=prepare_worker)
    try:
        yield pool
    except BaseException:
        for process in active_children():
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
