# What is kept, said plainly. Nothing here may promise more than is true.

choice-what-about = What is kept
choice-what-export = Give it to me as a file
choice-what-erase = Erase it

about = This is what I keep about you, why, for how long, and who can see it. It is the same for everybody, whether you have used it or not.
always-name = In any case
always = Which communities on Hearth you were met in, under your account, so that I can answer you directly and erase everything when you say so. What you type into a form that could not be saved: for 30 minutes. All of it is encrypted in the database.
operator-name = Whoever runs this bot
operator = holds the key to the database and could, with some effort, read what is kept. Someone who only has the database file can read neither who nor what, only when and how much.
moderators-name = Moderators and facilitators
moderators = see nothing of what you answer privately. What you show to a room, everybody in the room sees.
platform-name = Discord, Matrix, and others
platform = The service you are writing on handles every message between you and me, and keeps it by its own rules. In encrypted Matrix rooms it sees that we write, not what.
contact = Questions? { $contact }

button-export = Give it to me as a file
button-erase = Erase everything
button-erase-now = Yes, erase everything
button-export-first = A file of it first

export = Here is everything I keep about you, from every community and every part of me. Only you can see this; keep it somewhere safe.
export-partly = Here is what I keep about you, from every community, but a part is missing: { $missing }. I could not read that just now. Please try again later; if it stays away, tell whoever runs this bot. Only you can see this; keep it somewhere safe.
export-alt = A JSON file with everything that is kept about you

erase = This erases everything I keep about you, in all of these communities, and cannot be undone. Your memberships and messages on the service itself are not touched.
erase-where = In
erase-stays-name = What stays
erase-stays = Nothing that belongs to you. Rough pictures of whole groups stay, since they name nobody, and messages that were shown in a room stay there. What was shared without a name and stands in a room is linked to nobody: only the code of its receipt takes it down. Older backups may still hold it until they are deleted; whoever restores one erases it again.
erase-until-name = Until a day
erase-until = • { $what } It is gone after { $until }.
everywhere = Everywhere I know you
erased = Done. I have erased everything I kept about you. You are welcome here at any time, as if for the first time.
erasing = I am erasing everything I kept about you. It is no longer used from now on, and the last traces in the files will be gone shortly.

command-privacy-what = What you would like to do

gathering = I am gathering it. This can take a moment.
