"""The seal of a build: a digest of all that went into it and all that came out, kept beside it.

While it holds there is nothing to do, and that is known without loading what runs tasks, which takes a second. It
decides nothing else: where it does not hold, pytask looks at every input of every task. So it may cover more than the
tasks read, never less.
"""

import hashlib
import json

from torch_program.pipeline.files import digest_of, write_whole
from torch_program.pipeline.plan import Plan


def holds(plan: Plan) -> bool:
    """Is the build whole, of the inputs as they are now, and unchanged?"""
    return plan.seal.is_file() and plan.seal.read_bytes() == _text(inputs(plan), plan)


def put(plan: Plan, before: str) -> None:
    """Seal a build that succeeded; `before` is the digest of its inputs when it began.

    Inputs that were changed while it ran leave it without a seal: nobody knows which of the two it has read.
    """
    if inputs(plan) == before:
        write_whole(plan.seal, _text(before, plan))


def inputs(plan: Plan) -> str:
    """Digest of all that the steps read: files, parameters, versions."""
    facts = [plan.parameters, plan.edition.title, plan.edition.epoch, plan.environment, plan.about_run]
    return hashlib.sha256(json.dumps([facts, digest_of(plan.sources)], sort_keys=True).encode()).hexdigest()


def _text(of_inputs: str, plan: Plan) -> bytes:
    return f"inputs    {of_inputs}\nproducts  {digest_of(plan.products)}\n".encode()
