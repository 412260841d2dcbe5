"""The board: where purchases stand, what is agreed by month and from whom, and how the providers stand."""
