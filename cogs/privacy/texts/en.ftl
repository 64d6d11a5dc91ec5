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
moderators = see nothing of what you answer privately. What you show to a room, everybody in the room sees. They do see what was done about a message under your name, and what you said to that.
platform-name = Discord, Matrix, and others
platform = The service you are writing on handles every message between you and me, and keeps it by its own rules. In encrypted Matrix rooms it sees that we write, not what.
contact = Questions? { $contact }

button-export = Give it to me as a file
button-erase = Erase everything
button-erase-now = Yes, erase everything
button-export-first = A file of it first

export = Here is everything I keep about you, from every community and every part of me. Only you can see this; keep it somewhere safe.
export-partly = Here is what I keep about you, from every community, but a part is missing: { $missing }. I could not read that just now. Please try again later; if it is still missing then, tell whoever runs this bot. Only you can see this; keep it somewhere safe.
export-alt = A JSON file with everything that is kept about you

erase = This erases what I keep about you, in all of these communities, and cannot be undone. Your memberships and messages on the service itself are not touched.
erase-where = In
erase-stays-name = What stays
erase-stays = Messages in a room stay there. What you shared without your name stays, too: only the code of its receipt takes it down. Rough pictures of whole groups stay; they name nobody. Older backups may still hold what is erased, until they are deleted. If one is restored, it is erased again; for that, a sealed note stays that you asked for it.
erase-until-name = What stays for a while
erase-until = • { $what } It is gone after { $until }.
everywhere = Everywhere I know you
erased = Done. What I kept about you is erased, except what I said stays. You are welcome here at any time.
erasing = I am erasing what I kept about you, except what I said stays. It is no longer used from now on, and the last traces in the files will be gone shortly.

command-privacy-what = What you would like to do

gathering = I am gathering it. This can take a moment.
