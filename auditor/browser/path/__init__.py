"""Walk the documented steps, and recognise what stands in the way.

Nothing here looks at the setting itself.
"""
