"""The machine that makes a report, because it can affect the last digit of a number.

The description is a file next to the products. It is in none of them, so that they have the same bytes
everywhere.
"""

import platform
import re
from importlib.metadata import version
from pathlib import Path

MACHINE_FILE = "machine.txt"
CPU = Path("/proc/cpuinfo")
# vector instructions by the flag of Linux, the widest first
VECTORS = {"avx512f": "AVX-512", "avx2": "AVX2", "avx": "AVX", "sse4_2": "SSE4.2", "asimd": "NEON"}
PACKAGES = ("numpy", "pandas", "matplotlib")  # their arithmetic depends on the processor


def this_machine(cpu: Path = CPU) -> str:
    """Return processor (from the file `cpu` on Linux), system, Python and packages on one line."""
    cpu_info = cpu.read_text(errors="replace") if cpu.exists() else ""
    fields = dict(re.findall(r"^(model name|flags|Features)\s*: (.*)$", cpu_info, re.M))
    flags = (fields.get("flags") or fields.get("Features", "")).split()
    vectors = next((called for flag, called in VECTORS.items() if flag in flags), "")
    processor = fields.get("model name") or platform.processor() or "an unnamed processor"
    kind = ", ".join(part for part in (platform.machine(), vectors) if part)
    system = " ".join(part for part in (platform.system(), *platform.libc_ver()) if part)
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"{processor} ({kind}), {system}, Python {platform.python_version()}, {packages}"
