"""Audit one privacy setting of one's own account in a real browser."""

__all__ = ["__version__"]

# pyproject.toml reads it here; asking the installed package for it would cost every start 20 ms
__version__ = "0.1.0"
