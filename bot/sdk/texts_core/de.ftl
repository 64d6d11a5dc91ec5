# Was der Kern selbst sagt. Schlicht, warm, kurz: Es kann jemand lesen, dem es schlecht geht.

yes = Ja
no = Nein
page-more = Mehr
page-back = Zurück
again = Noch einmal

unknown-command = Ich bin ein Bot und kenne nur wenige Wörter. { help-hint }
unknown-command-near = Das kenne ich nicht. Meinst Du { $prefix }{ $nearest }? Für Hilfetelefone sag { $prefix }krise.
unknown-command-empty = Ich bin da. { help-hint }
help-hint = Sag { $prefix }krise für Hilfetelefone, oder { $prefix }hilfe, dann siehst Du, was ich kann.
commands-of = Das gehört zu { $name }:
too-many-words = Ich weiß nicht, wohin mit „{ $word }“. Gehört es mit anderen Wörtern zusammen, setze sie in Anführungszeichen.
needs-no-words = Sag { $prefix }{ $command } ohne weitere Wörter, dann fangen wir an. Was dahinter stand, habe ich nicht behalten.
option-missing = Eine Angabe brauche ich noch: { $option }.

answer-missing = Hier brauche ich eine Antwort.
answer-too-long = Das ist länger, als ich hier aufbewahren kann ({ $most } Zeichen). Magst Du es etwas kürzen?
answer-number = Bitte eine Zahl, zum Beispiel 3.
answer-yes-no = Bitte antworte mit ja oder nein.
answer-choice = Bitte wähle eine der gezeigten Antworten, mit ihrer Nummer oder ihrem Wort.
option-choice = Bitte wähle davon eins: { $choices }.
answer-file = Bitte schicke hier eine Datei.
answer-not-understood = Diese Antwort konnte ich nicht lesen. Versuchst Du es noch einmal?
answer-taken = Das habe ich als Deine Antwort auf „{ $question }“ genommen.
answer-skip-not-possible = Hier brauche ich eine Antwort. Mit stop verlässt Du die Fragen.

form-stopped = Aufgehört. Nichts wurde aufbewahrt.
form-nothing-open = Gerade ist keine Frage offen.
form-expired = Diese Fragen sind nicht mehr offen. Nichts wurde aufbewahrt; bitte fang neu an.
form-words-back = Hier ist, was Du geschrieben hast, damit nichts verloren geht:

not-allowed = Das ist für { $level ->
    [facilitator] Leute, die eine Gruppe begleiten
    [moderator] Moderatorinnen und Moderatoren
   *[operator] die Person, die diesen Bot betreibt
  }.
powers-unknown = Ich konnte gerade nicht herausfinden, was Du in Deiner Gemeinschaft darfst. Bitte versuch es gleich noch einmal, oder nimm den Befehl in einem ihrer Räume.
not-private-here = Hier kann ich nicht unter vier Augen antworten, darum sage ich nichts. { help-hint }
too-many = Das war viel auf einmal. Gib mir { $seconds ->
    [one] eine Sekunde
   *[other] { $seconds } Sekunden
  }, dann versuch es noch einmal. { $prefix }krise antwortet immer.
stale-button = Dieser Knopf geht nicht mehr. Bitte nimm den Befehl noch einmal.
not-here = Das geht hier nicht.
no-such-place = Diesen Raum sehe ich nicht.
needs-message = Dabei geht es um eine Nachricht: Wähle es im Menü der Nachricht, oder antworte damit auf sie.
not-delivered = Eine Nachricht konnte ich nicht zustellen: Vielleicht sind Direktnachrichten zu, oder ich komme nicht in den Raum.
already-done = Das ist schon erledigt.
that-is-done = Erledigt.
which-space = Um welche Gemeinschaft geht es?

sorry = Bei mir ist etwas schiefgegangen, das tut mir leid. Bitte versuch es gleich noch einmal. Passiert es wieder, nenne der Person, die diesen Bot betreibt, das Kennzeichen { $code }.
storage-busy = Ich konnte das gerade nicht speichern. Nichts wurde aufbewahrt. Bitte versuch es gleich noch einmal.
crisis-only = Ich werde gerade repariert und kann das nicht. { $prefix }krise geht trotzdem.
for-anyone = Für alle, die es brauchen können:

# Wo es keine Knöpfe und Fenster gibt: Nummern, ein Gespräch zu zweit, Räume zum Hineinkommen.
press-hint = Antworte mit einer Nummer.
press-hint-reply = Antworte auf diese Nachricht mit einer Nummer.
press-hint-direct = Schick mir zum Antworten die Nummer in unserem Chat zu zweit. Noch keiner da? Reagier hier, dann öffne ich einen.
folded-away = (Der Rest ist eingeklappt. Um ihn zu lesen, öffne diese Nachricht in einer App, die ihn ausklappen kann.)
files-follow = { $count ->
    [one] Eine Datei folgt.
   *[other] { $count } Dateien folgen.
  }
form-question = { $at } von { $of }
form-hint-keep = Mit - bleibt Deine Antwort.
form-hint-skip = Mit - lässt Du das aus.
form-hint-file = Schick mir die Datei hier.
form-hint-stop = Mit stop gehst Du hinaus.
form-waits = Die Frage davor ist noch offen: Was Du als Nächstes schreibst, beantwortet sie. Mit stop verlässt Du sie.
which-question = Zu welcher Frage gehört das?
answer-alone = Hier sehen nur Du und ich Deine Antwort auf die Frage in { $room }.
answer-alone-somewhere = Hier sehen nur Du und ich Deine Antwort.
typed-gone = Was Du im Raum getippt hast, nehme ich dort weg. Hier lesen nur Du und ich mit.
typed-stays = Was Du im Raum getippt hast, steht noch dort, und ich darf es nicht wegnehmen; Du kannst es löschen. Hier lesen nur Du und ich mit.
open-a-chat = Bitte öffne einen Chat mit mir.
cannot-read = Was hier gerade gesagt wurde, kann ich nicht lesen: Mein Gerät hat den Schlüssel nicht bekommen. Oft hilft es, sich ab- und wieder anzumelden oder von einem anderen Gerät zu schreiben.
missed = Ich war weg und habe vielleicht etwas verpasst, das Du hier geschrieben hast. Sag es bitte noch einmal, wenn es noch wichtig ist.
greeting-room = Hallo, ich bin { $name }. Ich kann diesen Raum ab jetzt lesen und antworte auf das, was mit ! oder meinem Namen beginnt; sag { $prefix }hilfe.
greeting-room-unread = Hallo, ich bin { $name }. Diesen verschlüsselten Raum kann ich noch nicht lesen: Wer mich betreibt, muss erst mein Gerät bestätigen.
greeting-direct = Hallo, ich bin { $name }. Hier sind nur Du und ich; sag { $prefix }hilfe, um zu sehen, was ich kann, oder { $prefix }krise für Hilfetelefone.
