"""What changed: records of builds, how two of them differ, and whether a changed value would be noticed."""
