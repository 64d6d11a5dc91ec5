kept = Kept: { $mood }. { $words }
gone = Taken back.
planted = { $what } is planted.
weeded = Weeded.
ask = How is the garden?
heard = You said:
take-back = Take it back
same = The same again
read-more = Read more
picture = A picture of the garden
chart = A drawing of { $days } days
got = I have { $name } ({ $size } bytes).
too-windy = Too windy for that.

command-plant-what = What to plant
command-plant-soil = Which soil
command-echo-words = What to say
command-draw-days = Over how many days

form-today = How is it today?
form-today-mood = Which of these is nearest?
form-today-words = Anything to add?
form-bring-file = Which file?
choice-mood-heavy = Heavy
choice-mood-good-enough = Good enough
choice-soil-clay = Clay
choice-soil-sand = Sand
