"""Pictures drawn at build time: pure functions from small frozen values to SVG text.

Nothing here knows records, messages or templates. A caller turns what it has into the value of a
picture, gives the words that are printed in it, and gets markup to put into a page. The same value
always gives the same bytes.

`swimlane` draws a flow as roles × steps.
"""
