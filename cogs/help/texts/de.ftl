intro = Ich bin Hearth. Ich helfe Menschen mit ähnlichen Erfahrungen, füreinander da zu sein: mit behutsamen Fragen, wie es ist, und mit Hilfetelefonen, wann immer Du eines brauchst.
run-by = Betrieben von: { $contact }
run-by-unknown = Betrieben von Menschen aus dieser Gemeinschaft; die Moderation kann Dir sagen, von wem.
no-such-command = Das kenne ich nicht. Das gibt es hier:

command-help = Sieh, was es hier gibt oder was ein Befehl tut. Nur Du siehst das.
    .name = hilfe
command-help-about = Der Befehl, über den Du mehr wissen möchtest
    .name = zu
