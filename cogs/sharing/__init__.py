"""Anonymous sharing: say what cannot be said under one's name, and be answered; nobody learns who it was."""
