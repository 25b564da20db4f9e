"""Find, start, attach to and close a browser, and leave nothing behind.

Nothing here knows what a page is for.
"""
