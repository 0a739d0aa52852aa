"""Composition: the only room that knows which adapter serves which port. One module per entry point, cached."""
