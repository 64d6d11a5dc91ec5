# Check-ins. Somebody in pain may read every line of this: plain, warm, short, never a judgement.

choice-mood-very-heavy = very heavy
choice-mood-heavy = heavy
choice-mood-between = in between
choice-mood-lighter = a bit lighter
choice-mood-light = light
choice-seen-private = Only me
choice-seen-group = The group, under my name
choice-period-week = Week
choice-period-month = Month
choice-period-year = Year
choice-span-week = Last week
choice-span-four-weeks = Four weeks

form-today = How is it?
form-today-mood = How is it right now?
form-today-note = Some words, if you like
    .help = Up to 1,000 characters. You can leave this empty.
form-today-seen = Who may see it?
    .help = The group sees it in this room.
form-words = A few words
form-words-note = What you would like to add
    .help = Up to 1,000 characters. Only you see it.

kept = Kept, for you alone: { $mood }.
kept-shared = Kept: { $mood }. I am putting it in the room now, under your name.
changed = Changed to { $mood }.
words-kept = Your words are kept with it.
shared-now = I am putting it in the room now, under your name. If you take it back later, I take the message away, too.
taken-back = Taken back. It is gone.
taken-back-removed = Taken back. I have forgotten it, and the message in the room goes.
taken-back-shared = Taken back. I have forgotten it. If it is in the room by now, the message is still there; a moderator can remove it.
missed-not-delivered = I could not put your check-in into the room. Nobody there saw it; it is kept, for you alone.
missed-unknown = I tried to put your check-in into the room and cannot tell whether it got there. Please look; if it is not there, you can show it again.
no-such-entry = I can't find that check-in among yours. Perhaps it is gone already.
cannot-share = Sharing is not possible here. Nothing was shown to anyone.
shared = { $name } shares how it is: { $mood }
shared-words = In their words
somebody = Somebody here

button-more-words = More words
button-add-words = Add words
button-share = Show the group, under my name
button-take-back = Take back
button-stop = Stop these

prompt-footer = Only you see your answer. Not answering is fine.
no-questions = There is nothing to ask.

history = Your check-ins from { $first } to { $last }. Only you see this.
history-empty = There is nothing here for this time, and that is fine. A check-in is there whenever you want one.
history-when = When
history-mood = How it was
history-note = Words
history-line = { $mood } · { $note }
history-picture = A dot for each check-in from { $first } to { $last }. The list below has each one in words.
history-picture-all = A dot for each check-in from { $first } to { $last }. { $entries }

reminder-set = I'll write to you at { $at } ({ $zone }): { $days }. You can stop it whenever you like.
reminder-set-paused = Your reminder is silent for now. It is set to { $at } ({ $zone }): { $days }.
reminder-none = You have no reminder here. If you would like one, give me a time, for example: { $prefix }reminder 19:00
reminder-stopped = Stopped. I won't write to you by myself any more.
reminder-asks = You asked me to look in about now. How is it?
paused = Your reminder is silent until you say { $prefix }resume.
paused-days = Your reminder is silent for { $days ->
    [one] a day
   *[other] { $days } days
  }.
resumed = Your reminder will come again.
time-missing = At what time? Something like 19:00.
time-unclear = I could not read that time. Something like 19:00 or 7pm, please.
days-unclear = I could not read those days. Something like mon, thu or every day, please.
zone-unclear = I don't know that time zone. A large city near you helps, such as Berlin or Europe/Berlin.
days-out-of-range = Please give a number of days from 1 to { $most }.
days-every = every day
days-weekdays = Monday to Friday
days-weekend = Saturday and Sunday
day-1 = Monday
day-2 = Tuesday
day-3 = Wednesday
day-4 = Thursday
day-5 = Friday
day-6 = Saturday
day-7 = Sunday

no-group-here = No group meets in this room. Please use this where the group meets.
prompts-paused = The prompts for “{ $group }” are silent until you resume them.
prompts-paused-days = The prompts for “{ $group }” are silent for { $days ->
    [one] a day
   *[other] { $days } days
  }.
prompts-resumed = The prompts for “{ $group }” will come again.
picture = { $group }, { $first } to { $last }, roughly:
picture-none = { $group }, { $first } to { $last }: there is no picture of this time. It exists only when at least { $people } people checked in and nobody could be found in it.
picture-share = About how much
picture-footer = Whole weeks only, everybody counted once, and it stays as it is. Please keep it among facilitators.
share-few = few or none
share-some = some
share-half = about half
share-most = most

command-history-period = How far to look back
command-reminder-at = The time of day, such as 19:00
command-reminder-days = On which days; every day if you leave it out
command-reminder-zone = Your time zone; the community's if you leave it out
command-pause-days = For how many days; until you resume if you leave it out
command-prompts-pause-days = For how many days; until you resume if you leave it out
command-prompts-picture-period = Of which time
group-prompts = The questions that come round in this room

kept-checkins = Your check-ins: when, how it was, your words if you wrote some, and in which group; where you showed one to the group, in which message. They are kept so that you can look back, until you take them back or erase them, for two years at most. In the community only you see them; a facilitator can see a rough picture of a whole group, from several people on, in which nobody can be found. Pictures that were made stay, since they name nobody.
kept-reminder = Your reminder, if you asked for one: the time, the days and your account, so that I can write to you. It is kept until you stop it or erase it. Nobody else sees it.

kept-title = Check-ins

# What findings about check-ins in a profile say.

finding-length = is { $length }
finding-no-time = has no time
finding-both-times = has both at and cron
finding-word-twice = says one word twice
finding-id-twice = has two prompts with one id
want-a-day-most = at most a day
want-one-time = a time of day (at) or a cron line, and only one of them
want-five-words = five different words
want-own-id = an id of its own for each
want-questions = a set of questions in data/prompts
