"""Chunkers: pixels to a grid of chunk vectors, and back."""
