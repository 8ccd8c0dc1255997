"""Disks that several machines write to are known by what is mounted."""

from pathlib import Path

import pytest

from promptlab.machine.network_disk import shared_by

MOUNTS = """\
22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
40 22 0:35 / /home rw - nfs4 server:/home rw
41 40 0:36 / /home/scratch rw - xfs /dev/nvme0 rw
42 22 0:37 / /mnt/my\\040share rw - cifs //server/share rw
43 22 0:38 / /homes rw - ext4 /dev/sdb rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/data/mlflow.db", ""),
        ("/home/ann/mlflow.db", "nfs4"),
        ("/home/scratch/mlflow.db", ""),
        ("/homes/mlflow.db", ""),
        ("/mnt/my share/a/b.db", "cifs"),
    ],
)
def test_the_nearest_mount_decides(tmp_path: Path, path: str, kind: str) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    assert shared_by(Path(path), mounts) == kind


def test_where_nothing_says_what_is_mounted_nothing_is_known(tmp_path: Path) -> None:
    assert shared_by(tmp_path, tmp_path / "nowhere") == ""
