"""Quantizers: latents to integer symbols, and back."""
