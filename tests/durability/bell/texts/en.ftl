rings = The bell of { $number } rings.
tap = Fine
