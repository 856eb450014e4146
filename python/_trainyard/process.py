"""Which process this is, so that another one can tell later whether it is still alive."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


def host_name() -> str:
    if hasattr(os, "uname"):
        return os.uname().nodename
    from _socket import gethostname

    return gethostname()


def boot_id() -> Optional[str]:
    """What tells this boot of the machine from every other; None where the platform has no such thing."""
    if sys.platform.startswith("linux"):
        return _read("/proc/sys/kernel/random/boot_id")
    if sys.platform == "darwin":
        return _ask("sysctl", "-n", "kern.bootsessionuuid")
    return None


def process_start() -> Optional[str]:
    """When this process started: clock ticks since boot on Linux, `ps -o lstart=` on macOS, a FILETIME on Windows."""
    if sys.platform.startswith("linux"):
        stat = _read("/proc/self/stat")
        return stat[stat.rindex(")") + 2 :].split(" ")[19] if stat else None
    if sys.platform == "win32":
        return _windows_start()
    text = _ask("ps", "-o", "lstart=", "-p", str(os.getpid()))
    return " ".join(text.split()) if text else None


def pid_namespace() -> Optional[str]:
    """In which namespace this process's id counts, as a container has its own; None where there is no such thing."""
    try:
        return os.readlink("/proc/self/ns/pid") if sys.platform.startswith("linux") else None
    except OSError:
        return None


def _read(path: str) -> Optional[str]:
    try:
        # Not by `open`, which tells what is opened, and loads what that takes.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        try:
            return os.read(descriptor, 4096).decode("utf-8", "replace").strip()
        finally:
            os.close(descriptor)
    except OSError:
        return None


def _ask(*command: str) -> Optional[str]:
    import subprocess

    try:
        environment = dict(os.environ, LC_ALL="C")
        output = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=5,
        ).stdout
        return output.decode("utf-8", "replace").strip() or None
    except (OSError, subprocess.SubprocessError):
        return None


def _windows_start() -> Optional[str]:
    import ctypes

    times = [ctypes.c_ulonglong() for _ in range(4)]
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    kernel.GetProcessTimes.argtypes = [ctypes.c_void_p] + [ctypes.POINTER(ctypes.c_ulonglong)] * 4
    if not kernel.GetProcessTimes(kernel.GetCurrentProcess(), *[ctypes.byref(time) for time in times]):
        return None
    return str(times[0].value)
