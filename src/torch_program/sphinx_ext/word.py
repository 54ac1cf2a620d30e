"""x"""
def written(work, claims, names):
    return b""
