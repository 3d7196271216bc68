"""What is done with scans once they are kept: anchored, judged, forgotten, proven."""
