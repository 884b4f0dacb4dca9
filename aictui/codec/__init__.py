"""The codec: image, chunks, latents, symbols, bytes, and back."""
