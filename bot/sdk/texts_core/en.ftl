# What the core itself says. Plain, warm, short: somebody in pain may read it.

yes = Yes
no = No
page-more = More
page-back = Back
again = Try again

unknown-command = I am a bot and know only a few words. { help-hint }
unknown-command-near = I don't know that one. Did you mean { $prefix }{ $nearest }? For helplines, say { $prefix }crisis.
unknown-command-empty = I'm here. { help-hint }
help-hint = Say { $prefix }crisis for helplines, or { $prefix }help to see what I can do.
commands-of = These belong to { $name }:
too-many-words = I could not place “{ $word }”. If it belongs together with other words, put quotes around them.
needs-no-words = Say { $prefix }{ $command } without more words, and we begin. What stood behind it was not kept.
option-missing = I need one more thing: { $option }.

answer-missing = This one needs an answer.
answer-too-long = That is longer than I can keep here ({ $most } characters). Could you shorten it a little?
answer-number = A number, please, such as 3.
answer-yes-no = Please answer yes or no.
answer-choice = Please choose one of the answers shown, by its number or its words.
option-choice = Please choose one of these: { $choices }.
answer-file = Please send a file for this one.
answer-not-understood = I could not read that answer. Could you try once more?
answer-taken = I took that as your answer to “{ $question }”.
answer-skip-not-possible = This one needs an answer. You can say stop to leave the form.

form-stopped = Stopped. Nothing was kept.
form-nothing-open = There is no open question right now.
form-expired = That form is no longer open. Nothing was kept; please start again.
form-words-back = Here is what you wrote, so that nothing is lost:

not-allowed = This one is for { $level ->
    [facilitator] facilitators
    [moderator] moderators
   *[operator] whoever runs this bot
  }.
powers-unknown = I could not find out just now what you may do in your community. Please try again in a moment, or use this command in one of its rooms.
not-private-here = I can't answer that privately here, so I say nothing. { help-hint }
too-many = That was a lot at once. Give me { $seconds ->
    [one] a second
   *[other] { $seconds } seconds
  }, then try again. { $prefix }crisis always answers.
stale-button = This button no longer works. Please use the command again.
not-here = That can't be done here.
no-such-place = I can't see that room.
needs-message = This is about a message: choose it in that message's menu, or reply to the message with it.
not-delivered = I could not deliver one message: direct messages may be closed, or the room is out of my reach.
already-done = That is done already.
that-is-done = Done.
which-space = Which community is this about?

sorry = Something went wrong on my side, and I'm sorry. Please try again in a moment. If it happens again, tell whoever runs this bot the code { $code }.
storage-busy = I couldn't save that just now. Nothing was kept. Please try again in a moment.
crisis-only = I'm in repair and can't do that right now. { $prefix }crisis still works.
for-anyone = For anyone who may need it:

# Where there are no buttons and no windows: numbers, a direct chat, rooms to come into.
press-hint = Answer with a number.
press-hint-reply = Reply to this message with a number.
press-hint-direct = To answer, send me the number in our direct chat. No chat yet? React here, and I will open one.
folded-away = (The rest is folded. To read it, open this message in an app that can unfold it.)
files-follow = { $count ->
    [one] A file follows.
   *[other] { $count } files follow.
  }
form-question = { $at } of { $of }
form-hint-keep = Send - to keep your answer.
form-hint-skip = Send - to leave this one out.
form-hint-file = Send me the file here.
form-hint-stop = Send stop to leave.
form-waits = The question before this is still open: what you write next answers it. Send stop to leave it.
which-question = Which question is that for?
answer-alone = Here only you and I see your answer to the question in { $room }.
answer-alone-somewhere = Here only you and I see your answer.
typed-gone = I am taking away what you typed in the room. Only you and I can read here.
typed-stays = What you typed in the room still stands there, and I may not take it away; you can delete it. Only you and I can read here.
open-a-chat = Please open a chat with me.
cannot-read = I cannot read what was just said here: my device did not get the key. Signing out and in again, or a message from another device, often helps.
missed = I was away, and may have missed something you wrote here. Please say it again if it still matters.
greeting-room = Hello, I'm { $name }. I can read this room from now on and answer what begins with ! or my name; say { $prefix }help.
greeting-room-unread = Hello, I'm { $name }. I cannot read this encrypted room yet: whoever runs me has to confirm my device first.
greeting-direct = Hello, I'm { $name }. Only you and I are here; say { $prefix }help to see what I can do, or { $prefix }crisis for helplines.
