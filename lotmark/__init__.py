"""The front door: the lotmark command, which composes the rest."""
