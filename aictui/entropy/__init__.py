"""Entropy coders: integer symbols to bytes, and back."""
