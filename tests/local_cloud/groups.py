"""Process groups: who of them still runs."""

import subprocess
from collections.abc import Collection


def processes_of(groups: Collection[int]) -> list[str]:
    """Command lines of the groups' processes. Ended ones that nobody has reaped do not count."""
    table = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in table.splitlines()]
    return [row[-1] for row in rows if int(row[0]) in groups and not row[1].startswith("Z")]
