"""What merging and splitting refuses. `domain/errors.py` has all refusals."""

from chalicelib.domain.refusal import Refusal


class ConversationIsMerged(Refusal):
    """It is part of another conversation now and changes no more: `facts.merged_into` is that one."""

    code = "conversation_merged"
    kind = "conflict"


class MergeRefused(Refusal):
    """These two cannot become one: `facts.because` says why (contact, resolved, legs, stretches)."""

    code = "merge_refused"
    kind = "conflict"


class SplitRefused(Refusal):
    """Nothing would be left, or there is too much to split: `facts.because` says which (empty, long)."""

    code = "split_refused"
    kind = "conflict"


class UnmergeRefused(Refusal):
    """The merge cannot be undone: `facts.because` says why (not_merged, elsewhere, split, empty)."""

    code = "unmerge_refused"
    kind = "conflict"
