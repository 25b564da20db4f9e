"""What was seen and what it means: readings, findings, the judgement.

Pure: nothing but the standard library, no browser, no disk, no printing.
"""
