"""Training: photos in, a model file out."""
