"""What has been taken out of a project: every export is kept as it was, can be had again and compared with today."""
