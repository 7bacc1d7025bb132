"""Floor 1: what is due, by whom, by when. Pure; reads only its own data files."""
