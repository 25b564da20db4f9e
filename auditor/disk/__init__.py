"""Where files lie and how they are written: private folders, files replaced whole, locks.

It knows nothing of what is in them.
"""
