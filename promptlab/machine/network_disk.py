"""Disks that other machines share: there SQLite's locks cannot be trusted, and files are spoilt."""

from pathlib import Path

SHARED = frozenset(
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "afs",
        "ceph",
        "glusterfs",
        "lustre",
        "gpfs",
        "beegfs",
        "fuse.sshfs",
        "fuse.glusterfs",
        "fuse.ceph",
        "9p",
        "ocfs2",
        "gfs2",
        "panfs",
        "wekafs",
    ]
)
"""Kinds of file systems, as the kernel names them, that several machines write to."""


def shared_by(path: Path, mounts: Path = Path("/proc/self/mountinfo")) -> str:
    """Name the kind of shared file system that a path is on; empty where it is on none.

    Where the system does not say what is mounted, nothing is known and nothing is said.
    """
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    place = path.expanduser().absolute()
    held = [(Path(point), kind) for point, kind in map(_mount, lines) if point]
    above = [(len(point.parts), kind) for point, kind in held if place.is_relative_to(point)]
    kind = max(above, default=(0, ""))[1]
    return kind if kind in SHARED else ""


def _mount(line: str) -> tuple[str, str]:
    """Return where something is mounted, and what; see proc(5)."""
    before, _, after = line.partition(" - ")
    fields, kinds = before.split(" "), after.split(" ")
    return (fields[4].replace("\\040", " "), kinds[0]) if len(fields) > 4 else ("", "")
