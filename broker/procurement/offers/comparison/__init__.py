"""The comparison of offers: settled before any is known, given points with reasons, kept as a report."""
