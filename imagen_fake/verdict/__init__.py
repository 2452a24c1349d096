"""What a client did wrong, as the journal of a fake shows it.

`entries.py` takes from the journal what is judged; `retries.py`, `life_cycle.py`, `fields.py`,
`quota.py` and `spending.py` find mistakes in entries; `verdict.py` runs them all, `report.py`
writes what they find as text.
"""
