"""Reading company files (import): rows (rader), refusals (avvisade) and skipped rows (överhoppade)."""
