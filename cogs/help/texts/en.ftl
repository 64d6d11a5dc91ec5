intro = I am Hearth. I help people who share an experience to be there for one another: with gentle check-ins, and with helplines whenever you need one.
run-by = Run by: { $contact }
run-by-unknown = Run by the people of this community; a moderator can tell you who.
no-such-command = I don't know that one. This is what there is:

command-help-about = The command you would like to know about
