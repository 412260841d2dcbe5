"""The joint ESF project: utlysning (call), mål (goal), budget, statsstöd (state aid), and the exports."""
