"""The project as files: its settings, folders, editions, parameters and tables, and what notebooks leave."""
