"""The kinds of timers of the floor. A module of its own: who only calls them needs none of what they do."""

# Looks at the floor anew. Its subject says why: something happened while somebody looks, or somebody asked.
LOOK = "floor"
HAPPENED, ASKED = "happened", "asked"
# Looks for what is about to go wrong.
WATCH = "floor_watch"
ALL = "floor"
