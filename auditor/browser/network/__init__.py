"""What the page and the site say to each other.

Held back where it would write, tracked, and read as a witness.

Nothing here looks at what is drawn.
"""
