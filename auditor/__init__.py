"""Audit one privacy setting of one's own account in a real browser."""

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    """Return the version; read only when asked for, because that costs start-up time."""
    if name != "__version__":
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from importlib.metadata import version  # noqa: PLC0415 - see above

    globals()[name] = version("auditor")
    return str(globals()[name])
