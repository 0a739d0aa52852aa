"""Keys of what colleagues do together: drafts, tasks, threads, followers, views, texts, hooks, notices. Same rules as
`keys`."""

from chalicelib.aws.keys import HEAD, Key

__all__ = ["HEAD", "Key"]
