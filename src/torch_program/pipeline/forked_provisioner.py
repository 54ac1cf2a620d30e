"""How jupyter_client comes by a forked kernel."""

import os
from subprocess import Popen
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from torch_program.pipeline import forked


class ForkedProvisioner(LocalProvisioner):
    """Starts kernels by forking; an ordinary process where that fails."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        environment = dict(kwargs.get("env") or os.environ)
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :] if "ipykernel_launcher" in cmd else None
        process = arguments and forked.fork(
            {"argv": arguments, "cwd": kwargs.get("cwd") or os.getcwd(), "env": environment}
        )
        if not process:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = cast("Popen[bytes]", process)  # it has what is asked of one
        self.pid = self.pgid = process.pid
        return self.connection_info
