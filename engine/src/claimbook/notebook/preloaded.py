"""Imports what nearly every notebook uses, before its kernel is forked. Only the process that forks kernels loads this.

If the code of the report cannot be imported, a notebook that needs it says so.
"""

from contextlib import chdir, suppress
from pathlib import Path

from claimbook.evidence import reads

LIBRARY = Path(__file__).parents[4]

with reads.recording() as read, chdir(LIBRARY), suppress(Exception, SystemExit):
    reads.watch(str(LIBRARY))
    import claimbook.charts  # with the next two, nearly all that a notebook imports
    import claimbook.notebook.kernel
    import claimbook.notebook.section  # noqa: F401
    from claimbook.project import parameters
    from claimbook.project.report import report_settings

    report_settings().hook("evidence")
    parameters.of_sections()
reads.before_kernel |= read
