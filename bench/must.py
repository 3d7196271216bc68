DOOR = MUST = None
