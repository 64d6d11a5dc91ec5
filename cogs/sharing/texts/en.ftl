# Anonymous sharing. Whoever reads these lines may be saying something for the first time: plain, warm, exact. Nothing
# here may promise more than is true.

choice-wants-listen = Just listen
choice-wants-been-there = Been there?
choice-wants-ideas = Ideas are welcome
choice-theme-none = Nothing in particular
choice-theme-t1 = Suicide
choice-theme-t2 = Self-harm
choice-theme-t3 = Violence or abuse
choice-theme-t4 = Sexual violence
choice-theme-t5 = Eating
choice-theme-t6 = Alcohol and drugs
choice-theme-t7 = Death and loss
choice-theme-t8 = Illness and body
choice-theme-t9 = Pregnancy and birth
choice-theme-t10 = Discrimination

choice-why-elsewhere = It belongs in another room
choice-why-details = Somebody could be recognised by it
choice-why-somebody = It is about somebody who reads here
choice-why-agreement = It goes against our agreement
choice-why-method = It describes how to hurt oneself
choice-why-other = Another reason
choice-scope-thread = In this thread
choice-scope-day = Everywhere here, for a day
choice-scope-week = Everywhere here, for a week
choice-scope-month = Everywhere here, for 30 days

command-share-group = Which group it is for, if you are not in its room
command-answer-handle = The short name below the share, such as "amber 7"
command-moderate-handle = The short name below the share or reply, such as "amber 7"
command-reply-anonymously = Reply to a share without your name. You see it first, and nobody learns it was you.
    .menu = Reply anonymously
command-reply-anonymously-message = The share to reply to
command-moderate-this = Act on this share or anonymous reply. Nobody learns who wrote it.
    .menu = Moderate this
command-moderate-this-message = The share or anonymous reply to act on

form-telling-text = What would you like to say?
    .help = Up to 3,000 characters. You see it first; nothing is sent yet.
form-telling-wants = What would help?
form-telling-theme = Is there something to know before reading?
    .help = Then it stays folded until somebody opens it.
form-telling-warning = A warning in your own words
    .help = Only if the list lacks it. It stands above the fold.
form-telling-picture = A picture
    .help = JPEG, PNG or WebP. I make it anew: place, time and camera are gone.
form-rewriting-text = What should it say?
    .help = Up to 3,000 characters. It takes the place of what stands there.
form-rewriting-wants = What would help?
form-rewriting-theme = Is there something to know before reading?
    .help = Then it stays folded until somebody opens it.
form-rewriting-warning = A warning in your own words
    .help = Only if the list lacks it. It stands above the fold.
form-rewriting-picture = A picture
form-rewording-text = What should your reply say?
    .help = It takes the place of what you wrote.
form-answering-text = Your reply
    .help = Up to 2,000 characters. You see it first; nothing is sent yet.
form-openly-text = Your reply
    .help = It is posted in the thread at once, under your name.
form-code-code = The code of your receipt
    .help = Twelve letters and digits, such as ABCD-EFGH-JKMN. Hyphens and small letters do not matter.
form-adding-text = What would you like to add?
    .help = It stands below what you shared.
form-asking-text = What should be changed?
    .help = Their author reads this. You do not learn who that is.
form-appealing-text = What should moderators know?
    .help = They read this and do not learn who you are.
form-deciding-text = Your answer
    .help = Whoever appealed reads this. You do not learn who that is.

# --- looking at it ---

preview-title = This is what others will see. Nothing is sent yet.
preview-wanted = What would help
preview-warning = It stays folded, under
preview-where = Where
preview-goes = In { $room }, a little later and at a random moment, so that nobody can tell who was here.
preview-goes-review = First before the moderators, who don't learn who you are, then in { $room }; each time at a random moment.
preview-voice = How you are called
preview-author = You speak as the author of this share, and as nobody else.
preview-some-voice = In this thread you have one made-up name. Elsewhere you have another, and nothing connects the two.
preview-rules = From this community's rules
preview-look = Please look once more
preview-own-name = Your own name stands in it. You can change that, or leave it.
preview-small = Few people can read there, or I can't tell how many. They may guess that it was you.
preview-advice = They asked just to be listened to, and this sounds a little like advice. You can send it as it is, or say how it is for you instead.
preview-danger-name = If it is too much right now
preview-danger = You don't have to carry this alone. There are people you can talk to right now. What you want to say here you can say all the same.

promise-who-name = Who could find out
promise-who = No member, moderator or administrator can see who wrote it, and there is no way to ask me. Whoever runs this bot and holds its key could find out with some effort, for as long as something is kept that leads to you. The service you write on carries what you send me, and can read it unless the chat is encrypted. And what you tell, or how you say it, may give you away.
promise-kept-name = What is kept, and how long
promise-kept = What you wrote, encrypted, for { $keep } days or until you take it down. Where to reach you, only until it is out, unless you want to hear of replies. And for { $days } days one sealed thing from which moderators can mute this voice without learning whose it is; it can do nothing else and is then destroyed.
promise-danger-name = If life is in danger
promise-danger = I show you where there is help, and nobody comes by themselves: from what you write here nobody can find you. Moderators may be told of the words, never of you. If you need somebody now, say { $prefix }crisis.
promise-who-short = Members and moderators can't, unless what you tell gives you away; whoever runs this bot could with effort, and the service you write on may.
promise-kept-short = What you wrote, encrypted, for { $keep } days or until you take it down; what leads to you goes once it is out, but for something sealed that can only mute this voice, for { $days } days.
promise-danger-short = I show you where there is help, but nobody here can find you or send somebody: if you need someone now, say { $prefix }crisis.

promise = This is what holds for everything that is shared without a name.
agreed = Good. Whenever you want to share something, say { $prefix }share.

invitation-title = Share without your name
invitation = Some things are hard to say under one's own name. Here you can say them: you see it first, it comes out a little later, and nobody here learns that it was you.
invitation-footer = Press the button, or write { $prefix }share to me alone. Only you see what follows.
invited = It is in the room. If you pin it there, people find it when they need it.
button-share = Share anonymously

small-group = Few people can read there, or I can't tell how many. They may guess that it was you, from what you tell or how you say it. Shall I send it all the same?
thrown-away = Thrown away. Nothing was sent, and I have forgotten it.

button-send = Send
button-agree-send = I have read this. Send it
button-agree = I have read this
button-send-sure = Yes, send it
button-change = Change it
button-throw-away = Throw away
button-promise = The whole promise
button-crisis = Find help now

# --- the receipt ---

receipt = It is on its way and comes out at a random moment, as “{ $handle }”. Please write down the code: I show it only now and can't find it again.
receipt-review = It is on its way to the moderators, as “{ $handle }”. They don't learn who you are. Please write down the code: I show it only now and can't find it again.
receipt-code = Your code
receipt-can-name = What it is for
receipt-can = Whoever has it can add to it, change it, take it down, speak as its author, hear of replies or not, and at once cut what leads to you: from any device, with { $prefix }my-share.
receipt-can-reply = With it you can take this reply back later, or ask moderators to look again: from any device, with { $prefix }my-share.
receipt-message = The receipt you asked me to send. Whoever sees this can use the code; delete it once you have it somewhere safe.
receipt-copied = I have sent it to you as a message. It stays in our conversation until you delete it there.
button-copy = Send it to me as a message
button-tell-replies = Tell me of replies
button-stop-replies = No more word of replies
button-panel = Open it

panel-title = Your share “{ $handle }”
panel-title-reply = Your reply “{ $handle }”
panel-asked = What moderators ask for
panel-reason = Why
panel-reach = What leads to you
reach-replies = I keep where to reach you, encrypted, to tell you of replies. You can cut that at any time.
reach-until-out = I keep where to reach you, encrypted, until this is settled. You can cut that at any time.
reach-none = Nothing from which you could be told anything. Only this code is yours.
state-queued = It comes out at a random moment.
state-queued-review = It goes before moderators at a random moment.
state-review = Moderators have it before them. They don't learn who you are.
state-change = Moderators would like something to be changed before it comes out.
state-declined = It was not put in the room. Nobody learned who wrote it. I forget it after a month, or as soon as you take it away.
state-posted = It stands in its room.
state-hidden = It stands in its room, and moderators covered what it says.
state-failed = I could not put it in its room. You can send it again.
state-held = I can't tell whether it stands in its room. Please look; if it is not there, send it again.
state-held-review = I can't tell whether it reached the moderators. You can send it to them again.
why-elsewhere = It belongs in another room of this community.
why-details = Somebody could be recognised by it, perhaps you.
why-somebody = It is about somebody who reads here.
why-agreement = It goes against what this community agreed on.
why-method = It describes how to hurt oneself, and others who struggle may read it.
why-other = Moderators gave no particular reason. You can ask them to look again.
why-muted = This voice can't write here for a while.

button-speak = Reply as the author
button-add = Add to it
button-edit = Change it
button-again = Send it again
button-cut = Cut what leads to me
button-appeal = Ask moderators to look again
button-down = Take it down
button-down-sure = Yes, take it down

changed-soon = Changed. What stands in the room follows at a random moment in the next few minutes.
changed-review = Thank you. It goes before moderators again, at a random moment.
replies-on = I will tell you of replies, a few at a time. I keep where to reach you for that, encrypted, until you cut it.
replies-off = I won't tell you of replies any more.
cut = Cut. Nothing leads from it to you any more, except the sealed thing that can only mute a voice and ends by itself. From now on your code alone opens it.
down-sure = This takes “{ $handle }” and the anonymous replies to it out of the room, and I forget what was written. What others have read, they have read. Shall I?
down-sure-reply = This takes your reply out of the thread, and I forget what it said. What others have read, they have read. Shall I?
down = It is being taken out of the room now, and I have forgotten what you wrote.
sent-again = It is on its way again, at a random moment.
appeal-sent = I will pass it on to the moderators, at a random moment and without your name. If they answer within 14 days, I will tell you.

# --- in the room ---

post-title = Shared without a name · { $handle }
post-added = Added later
post-covered = Moderators have covered what stood here. Its author is told and can ask them to look again.
reply-covered = Moderators have covered what stood here.
post-footer = { $wanted }
post-footer-1 = { $wanted } · { $one }
post-footer-2 = { $wanted } · { $one } · { $two }
post-footer-3 = { $wanted } · { $one } · { $two } · { $three }
wanted-listen = Just listening would help.
wanted-been-there = “Been there too” would help.
wanted-ideas = Ideas are welcome.
count-me-too = “me too” from { $amount }
count-heard = “I hear you” from { $amount }
count-strength = strength from { $amount }
amount-a-few = a few people
amount-quite-a-few = quite a few people
amount-many = many people
warning-both = { $theme } · { $words }
picture-alt = A picture that belongs to what was shared
voice-author = The author
somebody = Somebody here

choice-kind-me-too = Me too
choice-kind-heard = I hear you
choice-kind-strength = Sending strength
button-openly = Reply openly
button-reply = Reply anonymously
button-more = Something's wrong
button-look = Show it to me

tapped = Thank you. It is counted in words only, once a few people say the same. Tap again to take it back.
tap-taken-back = Taken back.
said-openly = It stands in the thread, under your name.
reply-sent = It is on its way and comes out at a random moment. In this thread you are called “{ $name }”. I show the code only now.
reply-sent-review = It is on its way to the moderators, who don't learn who you are. In this thread you are called “{ $name }”. I show the code only now.
reply-taken-back = Taken back. If it stood in the thread already, it goes now.
button-take-back = Take it back
look-warning = This is about: { $warning }. Would you like to read it?
look-avoided = This is about: { $warning }. You chose not to be shown that, so I leave it closed.

filter-none = Which themes would you rather not read? When I show you a share about one of them, I leave it closed. In the rooms every share with a warning is folded. Only you see this.
filter = You would rather not read about: { $themes }. When I show you a share about that, I leave it closed. In the rooms every share with a warning is folded. Only you see this.
button-theme-on = ✓ { $theme }
button-theme-off = { $theme }

more = What is it about “{ $handle }”?
more-who-name = Who learns of it
more-who = Moderators see what was said, and not that it was you who told them.
choice-report-hurts = This hurts me
choice-report-worried = I am worried about them
choice-report-agreement = It breaks our agreement
reported-hurts = Thank you for saying so. Moderators have it before them and don't learn that it was you. You don't have to read on.
reported-worried = Thank you for looking out. Moderators have it before them, and I offer its author help privately, if I can reach them. Nobody learns that it was you.
reported-agreement = Thank you. Moderators have it before them and don't learn that it was you.

# --- what authors are told ---

notice = About “{ $handle }”. Only you see this.
notice-name = News
notice-your-words = What you wrote
notice-reply = { $replies ->
    [one] There is an anonymous reply.
   *[other] There are new anonymous replies.
 } If it is too much, you don't have to read it. With your code you can stop hearing of them: { $prefix }my-share
notice-failed = I could not post it. With its code you can send it again: { $prefix }my-share
notice-held = I can't tell whether it was posted. Please look in the room. If it is not there, send it again with its code: { $prefix }my-share
notice-held-review = I can't tell whether it reached the moderators. You can send it to them again with its code: { $prefix }my-share
notice-change = Moderators ask for a change before it comes out: “{ $asked }” They don't know who you are. To answer, open it with its code: { $prefix }my-share
notice-declined = It was not put in the room. { $why } Moderators don't know who you are. With its code you can ask them to look again: { $prefix }my-share
notice-hidden = Moderators covered what it says. They don't know who you are. With its code you can ask them to look again: { $prefix }my-share
notice-restored = Moderators show again what it says.
notice-worried = Somebody who read it is worried about you and wanted you to know that there is help. Nobody knows that it reaches you.
notice-answered = Moderators answered: “{ $answer }” They don't know who you are, and I have forgotten where this answer went.

# --- before moderators ---

desk-review = “{ $handle }” waits for you
desk-review-reply = A reply waits for you: “{ $handle }”
desk-answers = What it answers
desk-warning = It stays folded, under
desk-wanted = What would help
desk-footer = You don't learn who wrote it, and nobody can. Whoever decides first decides.
desk-approved = “{ $handle }” was approved and comes out.
desk-change-asked = The author of “{ $handle }” was asked to change something.
desk-declined = “{ $handle }” was declined, and its author is told why.
desk-report-hurts = Somebody says that “{ $handle }” hurts them
desk-report-worried = Somebody is worried about whoever wrote “{ $handle }”
desk-report-agreement = Somebody says that “{ $handle }” breaks our agreement
desk-report-footer = Neither who said so nor who wrote it can be found out.
desk-appeal = About “{ $handle }”, its author asks you to look again
button-approve = Approve
button-ask-change = Ask for a change
button-decline = Decline
button-decide = Answer
approved-now = Approved. It comes out in a few minutes.
change-asked-now = I will ask its author, without either of you learning who the other is. If nothing leads to them any more, it waits for them and goes after a month.
declined-now = Declined. Its author is told why, if they can be reached.
decline-why = Why? Its author is told this, in kind words.
moderate-title = “{ $handle }”
moderate-footer = Nobody learns who wrote it. You see no more than this.
moderate-gone = “{ $handle }” was taken down. Its voice can still be muted for a while.
button-hide = Cover it
button-restore = Show it again
button-close = Close replies
button-reopen = Take replies again
button-mute = Mute this voice
button-lift = Lift this mute
hidden-now = Covered. Its author is told, if they can be reached.
restored-now = Shown again.
closed-now = No more replies are taken there.
opened-now = Replies are taken again.
mute-how = Where, and for how long? You don't learn whose voice it is, nor whether it was muted before.
muted-now = The voice of “{ $handle }” can't write here without a name until { $until }. It ends by itself.
muted-thread = The voice of “{ $handle }” can't write in this thread without a name until { $until }.
lifted = This mute is lifted. If there are others, they hold.
appeal-answered = I pass your answer on. With it, what led there is gone.

# --- what cannot be done ---

sharing-off = Sharing without a name is not set up here.
no-sharing-room = Sharing is switched on here, but no room is named for it. A moderator can name one in the profile.
share-where = Which group is it for? Say { $prefix }share with the group's name: { $groups }.
only-in-group = Here people share from within the group's own room. Please say { $prefix }share there.
no-desk = For this, moderators need a room of their own, and the profile names none yet. A moderator can name one.
nothing-written = There are no words in it yet.
has-contacts = There is a phone number, an e-mail address or an account in it. Without a name nobody can answer for those, so please leave them out. Crisis lines are in { $prefix }crisis.
rules-stop = This community's rules say: { $says } Nobody has seen it.
muted = You can't write here without a name for { $days ->
    [one] one more day
   *[other] { $days } more days
 }. That is no judgement of you. With the code of something you wrote you can ask moderators to look again: { $prefix }my-share
enough-today = That is as much as fits into a day here: { $most }. Tomorrow there is room again. If you need somebody now, say { $prefix }crisis.
agree-first = Here people can share { $days ->
    [one] a day
   *[other] { $days } days
 } after they have read what holds for it. Read it with { $prefix }share-promise: the time begins then. If you need somebody now, say { $prefix }crisis. I forget what you just wrote after half an hour, so copy it if you want to keep it.
known-days = You can share here in { $days } { $days ->
    [one] day
   *[other] days
 }. If you need somebody now, say { $prefix }crisis. I forget what you just wrote after half an hour, so copy it if you want to keep it.
no-pictures = Pictures can't be shared here. Your words can.
picture-kind = I can take JPEG, PNG and WebP pictures. This one I can't read, so I have not kept it.
picture-large = That picture is too large for me. One of up to 8 MB will do.
preview-gone = That is no longer open: it was sent, thrown away, or half an hour has passed. Nothing more happens to it.
no-such-code = I find nothing under this code here. Please look at it letter by letter; perhaps it was taken down.
code-tries = That was not the code a few times. Please wait { $minutes } minutes, then try again.
stale-panel = What I showed you then no longer opens it. Your code does: { $prefix }my-share
just-going-out = It is going out this very moment. Please try again in a minute.
added-enough = You have added to it { $most } times, and no more fits. You can change what it says.
added-long = Together that is too long to show. Please make it shorter.
not-now = That is not possible with it just now.
reviewed-first = Moderators read first here, so what it says can't be changed any more. You can take it down.
appealed = Moderators have been asked already. As soon as they answer, I will tell you.
replies-closed = No replies are taken there any more.
just-arrived = That has only just come. Please try again in a moment.
no-such-share = That is not there any more.
no-such-handle = I find nothing of that name here. It stands below the share, such as “amber 7”.
not-a-share = That is not something that was shared without a name.
decided-already = That is decided already.
voice-over = It can be covered, but its voice can't be muted any more: what that is made from is destroyed after its time.

stays-voice = What moderators can mute a voice with that shared something without a name, and mutes: sealed, of no other use.

kept-title = Sharing without a name
kept-agreed = That you have read what holds for sharing, since which day, and the themes you would rather not read. Kept until you erase it. Nobody else sees it.
kept-waiting = What you are just writing: for half an hour. What waits to come out, and where to reach you about it: until it is out, you cut it, or a month has passed. If you asked to hear of replies: until you stop that. Nobody sees whose it is, moderators included, and no backup holds it.
kept-shares = Shares that stand in their rooms: for as long as the community set, or until their code takes them down. They are linked to nobody, so erasing you does not touch them.
kept-voices = The name that your voice has in a thread, and your taps there: until that share goes or you erase them. Without the thread's own secret they are nobody's.
kept-handles = For a set time (30 days unless the community chose otherwise) a sealed thing for each share and reply, from which moderators can mute its voice without learning whose it is; and mutes until they end. They can do nothing else, and erasing you leaves them until their day.

# What findings about sharing in a profile say.

finding-least = least is { $length }
finding-narrow = is { $least } to { $most }
finding-most = most is { $length }
finding-one-time = opens and closes at one time
finding-theme-twice = says one theme twice
want-least = at least 1m: a delay hides who wrote it
want-wide = most of 10m or more, and nine minutes or more above least: the moment must be a guess
want-most = at most 2d
want-two-times = two different times; leave hours out for all day
want-each-theme-once = each theme once
