"""Pages for people: what the templates show, made from the same answers as the JSON."""
