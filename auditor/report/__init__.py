"""Views of findings: terminal, JSON and, later, files to keep."""
