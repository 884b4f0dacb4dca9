"""The terminal application: screens and widgets over the same core as the command line."""
