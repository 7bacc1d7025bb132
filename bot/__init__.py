"""Floor 5: the conversation: channels, commands, settings, and the roof that wires everything."""
