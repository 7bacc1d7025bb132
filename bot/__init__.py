"""Floor 5: the conversation: channels, commands, settings, and the roof that wires everything."""

from records.first_use import leave_out

leave_out("httpx._main")  # the command line of httpx: it loads rich and pygments, 40 ms and 3 MB
