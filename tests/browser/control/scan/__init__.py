"""Each function of the scan, on a page of three lines."""
