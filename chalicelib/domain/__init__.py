"""Pure rules: the standard library only; `now` and ids are arguments."""
