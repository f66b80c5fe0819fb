"""One file a command, named as the command. What they share with each other lives in the rooms they call."""
