"""The log of what was found: a private file that shows when it was changed.

`log.py` appends records and reads them, `merkle.py` and `checkpoint.py` make their order and texts
checkable, `verify.py` checks them, `drift.py` says what has changed since the last reading.
"""
