kept-title = Murmeln
kept-marbles = Deine verlorenen Murmeln.
