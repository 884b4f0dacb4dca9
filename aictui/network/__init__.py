"""Models: autoencoders with their priors, the store that keeps them, and training."""
