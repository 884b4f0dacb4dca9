"""Compress images with a neural autoencoder."""

__version__ = "0.1.0"
