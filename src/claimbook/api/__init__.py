"""What is published for programs as it is: JSON Schemas, and a script that works out every verdict again."""
