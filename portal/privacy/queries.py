def stored_tables():
    return []
