"""Pages that follow the edits: what an edit touches is made again, and a server on this machine shows it."""
