"""Records of builds, how two of them differ, and what new figures would change."""
