"""The only place that knows Playwright: find a browser, walk, read and set the control, watch the traffic."""
