def upcoming_activities(now, limit):
    return []
