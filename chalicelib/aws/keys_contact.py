"""Keys of what belongs to contacts and persons, and of long work: builders, round-trip tested like those in `keys`."""

from chalicelib.aws.keys import HEAD, Key

JOBS = "job"  # partition of index `by_kind`


def person(person_id: str) -> Key:
    """A person of several contacts: its members, and the links that make it one."""
    return f"PRS#{person_id}", HEAD


def job(job_id: str) -> Key:
    """Long work that is carried out in portions."""
    return f"JOB#{job_id}", HEAD
