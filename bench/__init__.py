"""The budgets of Parley, measured: `python -m bench` (see docs/benchmarks.md). Nothing here ships."""
