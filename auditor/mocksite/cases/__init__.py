"""The scenarios as data, one module per kind.

Facts on the site carry their source mark and date.
"""
