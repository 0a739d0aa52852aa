"""One module per aggregate, each over the tables' keys of `keys.py` and the item forms of `codec`."""
