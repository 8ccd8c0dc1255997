"""Seccomp: a filter of system calls that no program of a jail has a use for.

They would hold memory outside of the address space, which alone is limited (System V's segments,
memory files, queues), keep keys beyond the jail's end, reach into another process, or ask of the
kernel what few programs do. https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
"""

import platform
import struct
from collections.abc import Mapping

REFUSED: Mapping[str, tuple[int, int]] = {
    "shmget": (29, 194),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "bpf": (321, 280),
    "io_uring_setup": (425, 425),
}
"""Their numbers on x86-64 and on 64-bit ARM, from the kernel's `unistd_64.h` and `unistd.h`."""
MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""What the kernel calls a machine (`AUDIT_ARCH_…`), and the place of its numbers."""
X32 = 0x40000000
"""From here on, calls of x86-64 under other numbers."""
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _MACHINE = 0, 4
"""Where these stand in `struct seccomp_data`."""
_ALLOW, _NOT_PERMITTED = 0x7FFF0000, 0x00050001


def program(machine: str = "") -> bytes:
    """Return the filter as Linux and bubblewrap take it; empty where the machine is another.

    Args:
        machine: As `platform.machine` says it; empty for this one.
    """
    machine = machine or platform.machine()
    if machine not in MACHINES:
        return b""
    kernel, column = MACHINES[machine]
    code = [(_LOAD, 0, 0, _MACHINE), (_EQUAL, 1, 0, kernel), (_RETURN, 0, 0, _NOT_PERMITTED)]
    code += [(_LOAD, 0, 0, _NUMBER), (_AT_LEAST, 0, 1, X32), (_RETURN, 0, 0, _NOT_PERMITTED)]
    for numbers in REFUSED.values():
        code += [(_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, _NOT_PERMITTED)]
    return b"".join(struct.pack("=HBBI", *each) for each in [*code, (_RETURN, 0, 0, _ALLOW)])
