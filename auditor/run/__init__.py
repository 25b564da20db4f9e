"""What is asked of a run, and carrying it out for one account or many.

It decides the order of things; reading, judging and showing happen elsewhere.
"""
