# Read by volunteers on a phone who never programmed. Short, and always saying what is in force now.

shown = This is your community's profile, as a file. Change it in any editor and send it back with “{ $prefix }config upload”, or change one part of it here.
source-name = This version
source-file = From the file on the server, { $when }
source-chat = In chat, { $when }
source-by = In chat, { $when }, by { $by }
source-shipped = Came with Hearth, { $when }
version = Version { $number }
version-in-force = In force now
version-restores = Brings back version { $number }
version-held = Waits for a decision
version-undone = Set aside
file-alt = The profile as a YAML file
file-trouble = I can't take the profile's file on the server as it is now. What was in force stays in force.
file-trouble-name = The file on the server is not in force because of this
history = Every version is kept. “{ $prefix }config undo” goes back by one; with a number it goes back to that version.
no-profile = There is no profile here yet. “{ $prefix }setup” makes one.
no-such-version = There is no version with this number.
nothing-to-undo = There is no version before this one.

too-large = This file is too large. A profile has at most { $most } KiB.
nothing-changes = This is exactly what is in force already. Nothing was changed.
proposal = This is what would change. Nothing has changed yet.
proposal-after = Somebody changed the profile in the meantime. Have a look at both before you decide. Nothing of yours is in force yet.
proposal-layout = Only comments and layout would change. Nothing has changed yet.
proposal-waits = This waits for you for two hours.
proposal-gone = This proposal is no longer here. It was replaced, decided or left for more than two hours. What is in force stays.
since = Changed in the meantime
since-by = Changed in the meantime by { $by }
changes = What changes
changes-more-name = And
changes-more = { $count ->
    [one] one more change
   *[other] { $count } more changes
}
changes-alt = Every change, a line each
rooms-unseen = Rooms that I can't see yet
rooms-unseen-why = { $rooms }. Invite me there. If I am there already, whoever runs this bot can say that the room belongs to this community.
mended = Mended, as phones type it
mended-quotes = curly quotes made straight, line { $lines }
mended-dashes = a long dash made a hyphen, line { $lines }
mended-spaces = a no-break space made a plain one, line { $lines }
mended-colons = a wide colon made a plain one, line { $lines }

findings = { $count ->
    [one] One thing in this profile can't be understood. Nothing was changed.
   *[other] { $count } things in this profile can't be understood. Nothing was changed.
}
findings-in-form = { $count ->
    [one] One thing in this can't be understood. Nothing was changed.
   *[other] { $count } things in this can't be understood. Nothing was changed.
}

    { $problems }
finding-line = Line { $line }
finding-elsewhere = Further up
findings-more-name = And
findings-more = { $count ->
    [one] one more; the file has all of them
   *[other] { $count } more; the file has all of them
}
findings-alt = Everything that can't be understood, by line
nothing-changed = What was in force stays in force.

change-set = { $where }: { $new } instead of { $old }
change-moves = { $where } moves from { $old } to { $new }
change-comes = New: { $where }: { $new }
change-goes = Gone: { $where } (was { $old })
change-on = { $where }: on
change-off = { $where }: off
change-order = { $where }: another order
change-word-comes = { $where }: “{ $word }” comes in
change-word-goes = { $where }: “{ $word }” goes
value-nothing = nothing
at-all = the profile
at-inside = { $outer } › { $inner }
quoted = “{ $word }”
at-group = group { $name }
at-prompt = check-in { $name }
at-rule = rule { $name }
at-line = line { $name }
line = • { $line }
lines = { $first }
    { $rest }

button-confirm = Put it in force
button-drop = Leave it as it is
button-try = Try the rules
button-undo = Take it back
button-edit = Change a part
button-history = Versions
button-change = Change this
button-add = Add something
button-more = More parts
button-see-file = Look at both
button-keep = Keep what chat made
button-go-on = Go on

done = Done. This is version { $number } now, and it is in force.
done-unannounced = Done. This is version { $number } now, and it is in force. I could not reach the room where changes are announced.
announced = The settings of this community were changed by its moderators.
announced-section = { $name }: changed
dropped = Nothing was changed.

parts = Which part would you like to change?
parts-of = “{ $name }” has more than { $most } characters, so it is changed piece by piece. Which one?
part = This is how it is now.
no-such-part = There is no such part in the profile.
part-gone = This part is no longer in the profile: somebody changed it in the meantime. Nothing of yours is in force.
part-too-long = This part has more than { $most } characters on one line, which is too much for a form. “{ $prefix }config show” and “{ $prefix }config upload” change it as a file.

try-no-rules = No rules are loaded here, so there is nothing to try. Whoever runs Hearth can switch rules on.
tried = This is what the rules in force would do. Nothing was posted.
tried-proposal = This is what the rules that you proposed would do. Nothing was posted, and they are not in force.
try-rule = { $rule }: { $actions }
try-native = { $rule }: hold. Where the platform can do so (AutoMod on Discord), nobody sees it and its writer reads what the rule says.
try-beyond = AutoMod cannot say these. On Discord they are kept only where I may read messages (Message Content)
try-large = These are too much for AutoMod: too many rules, words or patterns, or too long ones. Message Content would help here, too
try-nothing = no rule

held-name = Waits for a decision
held = The profile's file on the server was changed, and so was the profile in chat. What chat made stays in force until a moderator decides.
held-both = Both were changed. What chat made is in force; below is what the file would change in it. Nothing has changed yet.
held-chat = Changed in chat since the last file
held-decided = This was decided already.
kept = What chat made stays in force. The file is left aside until it is changed again.

setup-understood = Thank you. Times follow the clock of { $zone }. Now the first group, and then I show you everything before it counts.
setup-gone = Your first answers are no longer here. “{ $prefix }setup” begins anew.
setup-zone = I don't know this time zone. A continent and a city work, such as Europe/London.
setup-country = I don't know this country. Its two letters work, such as GB or DE.
setup-language = I don't know this language.
setup-name = This name can't be used: one line of up to 100 characters, please.
setup-moderators-room = This room's name can't be used. Its name or its id, please.
setup-by-file = The groups in this profile are written on one line, so I can't add to them. “{ $prefix }config show” and “{ $prefix }config upload” change them as a file.

form-uploading-file = The profile as a YAML file
    .help = Up to 256 KiB. You see what would change before anything does.
form-changing-words = How it is meant to be
    .help = As in the file. With nothing in it, the part stays; “{ $prefix }config upload” can leave it out.
form-adding-words = What to add
    .help = As in the file, for example a whole group.
form-trying-lines = Lines to try, one below the other
    .help = Up to 25. Nobody else sees them, and nothing is kept of them.
form-firstanswers-name = What is your community called?
form-firstanswers-language = Which language is spoken?
form-firstanswers-zone = Which time zone?
    .help = A city will do, such as London or Europe/London.
form-firstanswers-country = Whose helplines come first?
    .help = The country, such as Ireland or IE. Left out, people are asked.
form-firstanswers-moderators-room = Where are moderators told things?
    .help = A room that only moderators can read, such as #moderators.
form-firstgroup-name = What is the group called?
form-firstgroup-room = Which room is it in?
    .help = Its name or id, such as #evening.
form-firstgroup-pack = Rules to begin with?
    .help = They can be changed at any time.
choice-tongue-en = English
choice-tongue-de = Deutsch
choice-pack-none = No rules yet
choice-pack-kind-words = Kind words
choice-pack-no-contact-details = No contact details
choice-pack-calm-room = A calm room
choice-pack-strict-newcomers = Strict with newcomers

group-config = The community's profile: look at it, change it, take it back
command-config-show-version = Which version; without a number the one in force
command-config-edit-part = Which part, such as groups.evening; without one I list them
command-config-undo-version = To which version; without a number the one before
kept-title = Changes of the profile
kept-changes = Which versions of a community's profile you made, with the name you had, so that moderators see who changed what. A proposal that you have not confirmed: for two hours. Moderators see your name beside your versions until you erase it; the versions stay with the community.
