# Rules and what came of them. Whoever reads this may feel caught: plain, warm, short, never a verdict on anyone.

choice-what-read = What we agree on here
choice-what-mine = What was done about me

form-appeal-words = What should someone look at again?
    .help = Up to 1,000 characters. Moderators read it.
form-reason-why = Why? You can leave this out
    .help = Up to 500 characters. The person can read it.
form-worry-why = What worries you? You can leave this out
    .help = Up to 500 characters. Moderators read it, without your name.

agreement = This is what we agree on here. You can read it again at any time.
agreement-agreed = This is what we agree on here. You have agreed to it. If a word of it changes, I will show it again.
agreement-changed = The agreement has changed since you opened it. Please say { $prefix }rules and read it once more.
no-agreement = This is what I look out for here.
no-rules = There are no rules written down here. Please be kind to each other.
part = { $number } of { $of }
rules-say = What I say when something does not fit
agreed = Thank you. That is noted, and nobody else sees it.

mine = This is what was done here about something you wrote, and why. Only you and the moderators can see it.
mine-none = Nothing was done here about anything you wrote.
mine-title = Number { $number }, { $when }
own-rule = A rule of this community ({ $rules }) led to: { $done }.
own-done = { $done }.
own-done-why = { $done }: { $why }
until = { $what } until { $when }
talk-to = If you want to talk about it: { $who }.
talk-to-moderators = If you want to talk about it, any moderator is there for that. A second look goes to someone who had no part in it, where there is one.
appealed = Thank you. A moderator will look at it again and you will hear what they decide.
appealed-already = You have asked for a second look at this already. Someone will come to it.
appeal-came = Someone asks for a second look at number { $number }. A moderator who had no part in it can decide: { $prefix }moderation case { $number }
nudges-refused = I will not write to you about rules any more. If a message of yours is held back, I still tell you.
nudges-wanted = I will tell you by direct message when something does not fit, at most once a day for each rule.
news-put-back = A moderator looked at what you wrote and put it back. It stands in the room again, posted by me in your name.
news-declined = A moderator looked at what you wrote and left it out of the room. That is about the words, not about you: you are welcome to say it another way.
news = Here is news about something you wrote.

button-agree = I agree
button-read = Read it
button-mine = What was done about me
button-appeal = Ask for a second look
button-no-nudges = No hints by direct message
button-nudges = Hints by direct message again
button-case = Number { $number }
button-grant = They are right
button-uphold = It stays as it was
button-put-back = Put it back
button-take-away = Take it away for good
button-lift = Lift what is in force
button-take-over = I take this
button-close = Nothing more to do
button-note = Note
button-more-about = More about this person

record = { $count ->
    [one] One case
   *[other] { $count } cases
  }, the newest first.
record-none = There is nothing like that in the record.
record-title = { $number } · { $name } · { $when }
record-line = { $rules }: { $done }. { $state }
state-waits = It waits for a moderator.
state-appeal = A second look is asked for.
state-done = Nothing waits.
kept-no-rules = There are no rules here.
kept-by-me = I hold every message against the rules myself.
kept-where = Some platforms can stop a message before anybody sees it: AutoMod on Discord. Its writer then reads what the rule says and can say it another way.
kept-natively = Kept by AutoMod
kept-not-not-expressible = AutoMod cannot say these
kept-not-too-many-rules = No room is left for these: AutoMod keeps six rules of words and one of mentions
kept-not-too-many-words = These have more words than AutoMod takes
kept-not-too-many-patterns = These have more patterns than AutoMod takes
kept-not-too-many-exceptions = These have more exceptions than AutoMod takes
kept-not-too-many-mentions = AutoMod counts at most 50 mentions
kept-not-word-too-long = A word of these is too long for AutoMod
kept-not-pattern-too-long = A pattern of these is too long for AutoMod
kept-not-not-allowed = I lack the permission Manage Server for these
kept-not-refused = Discord refused these
kept-not-later = Discord was too busy for these. Please look again in a while
kept-not-no-answer = Discord did not answer about these. Please look again in a while
kept-more = What AutoMod does not keep holds only where I may read messages: on Matrix always, on Discord with Message Content.
case = Number { $number }, about { $name }. It is kept until { $until }.
case-holder = { $name } looks after this.
case-free = Nobody looks after this yet.
in-force = In force
entry-title = { $done } · { $when }
entry-title-by = { $done } · { $when } · { $name }
entry-rules = { $rules }: { $done }
entry-escalated = This was one of several nudges within the time that the profile names.
entry-room = Room: { $room }
entry-words = “{ $words }”
entry-keyword = The platform met: { $keyword }
entry-why = Why: { $why }
entry-to = To: { $name }
handed = Number { $number } was handed over to another moderator.
handed-to-somebody = Number { $number } looks for another moderator: { $prefix }moderation case { $number }

told-held = What you just wrote is held back until a moderator has looked at it. That is about the words, not about you.
told-taken = What you just wrote was taken away. That is about the words, not about you.
told-hint = A word about what you just wrote, for you alone.
told-folded = What you just wrote now stands under a warning, posted by me in your name. Whoever wants to read it opens it. That is about the words, not about you.
told-slow = For a while you can write one message at a time, with a pause between. The last one came a little soon, so I took it away. You can send it again later.
told-break = You have a break from writing here for a while. That is about the words, not about you. The button shows until when.
in-their-name = { $name } wrote
fold-warning = This may be hard to read. Open it only if you want to.
without-files = Files that came with it could not be put back.
agree-please = Welcome. There is something we agree on here. Please read it when you have a moment.
agree-first = Here everyone reads what we agree on before they write, so I took your message away. Please read it, and then you can write.
flagged = Thank you. The moderators will look at it. Nobody learns that it was you.
flag-came = Somebody asks you to look at a message: number { $number }.
flag-came-own = Somebody asks you to look at a message that I posted in { $room }.
case-came = Something waits for a moderator: number { $number }.

decided-already = That is decided already.
no-such-case = I can't find that number here. Perhaps its time is over.
own-case = This one is about you, so another moderator decides.
nothing-to-lift = Nothing is in force there any more.
no-appeal = No second look is waited for there.
second-moderator = You had a part in this, and there is another moderator: please leave the second look to them. After a week anyone can decide.

action-suggest = a suggestion
action-nudge = a hint
action-fold = folded under a warning
action-hold = held until a moderator has looked
action-remove = taken away
action-stopped = not posted, the platform stopped it
action-slow = writing more slowly
action-time-out = a break from writing
action-report = noted for moderators
action-ask = a moderator was asked

done-rule = A rule
done-flag = Somebody asked moderators to look
done-note = A note
done-put-back = A moderator put it back
done-taken-away = A moderator took it away for good
done-lift = A moderator lifted it
done-taken-over = A moderator took this over
done-handed-over = Handed over
done-closed = A moderator closed it
done-appeal = A second look was asked for
done-granted = The second look found: you are right
done-upheld = The second look found: it stays as it was

command-flag =
    .menu = Flag to moderators
command-flag-message = The message
command-rules-what = What you would like to see
command-moderation-record-about = One person only
command-moderation-record-rule = One rule only, by its id
command-moderation-record-waiting = Only what waits for a moderator
command-moderation-case-number = The number of the case
command-moderation-lift-number = The number of the case
command-moderation-lift-why = Why; the person can read it
command-moderation-note-number = The number of the case
command-moderation-note-words = The note, up to 500 characters
command-moderation-hand-over-number = The number of the case
command-moderation-hand-over-to = Which moderator; leave it out for whoever takes it
command-moderation-hand-over-why = Why
group-moderation = The record of what rules and moderators did, and what to decide

stays-slow = That you write more slowly in a community.
stays-time-out = A break from writing in a community.
stays-case = A case about something you wrote, which waits for a moderator; it goes as soon as it is decided.

kept-title = Rules and moderation
kept-record = What a rule or a moderator did about something you wrote, when and why, and what you answered: so that it is the same for everyone and can be looked at again. Moderators of the community see it. It goes after the time the community chose (180 days unless it says otherwise). What is in force stays until it ends, also if you erase the rest. If you moderate: that it was you who did something; erasing removes your name from it.
kept-agreement = That and when you agreed to the community's agreement, and whether you want hints by direct message: until you erase it. Nobody else sees it.
