"""The screens of the application, one a module, each imported when it is first shown."""
