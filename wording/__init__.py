"""Floor 3: every Vietnamese sentence, as pure functions of values to text."""
