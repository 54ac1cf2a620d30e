"""How jupyter_client comes by a forked kernel."""

import os
from subprocess import Popen
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from torch_program.pipeline import forked, template


class ForkedProvisioner(LocalProvisioner):
    """Starts kernels by forking; an ordinary process where that fails."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        process = None
        if "ipykernel_launcher" in cmd:
            module, *arguments = cmd[cmd.index("ipykernel_launcher") :]
            where, environment = kwargs.get("cwd") or os.getcwd(), dict(kwargs.get("env") or os.environ)
            command = forked.Command(module, arguments, where, environment)
            with open(os.devnull, "wb") as nothing:
                process = forked.fork(template.KERNELS, command, output=nothing.fileno(), errors=2)
        if not process:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = cast("Popen[bytes]", process)  # it has what is asked of one
        self.pid = self.pgid = process.pid
        return self.connection_info
