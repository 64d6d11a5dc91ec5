kept-title = Marbles
kept-marbles = The marbles you lost.
