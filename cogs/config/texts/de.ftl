# Gelesen von Freiwilligen am Telefon, die nie programmiert haben. Kurz, und immer mit dem, was jetzt gilt.

shown = Das ist das Profil Deiner Gemeinschaft als Datei. Ändere es in einem beliebigen Editor und schick es mit „{ $prefix }profil hochladen“ zurück, oder ändere hier einen Teil davon.
source-name = Diese Fassung
source-file = Aus der Datei auf dem Server, { $when }
source-chat = Im Chat, { $when }
source-by = Im Chat, { $when }, von { $by }
source-shipped = Kam mit Hearth, { $when }
version = Fassung { $number }
version-in-force = Gilt jetzt
version-restores = Bringt Fassung { $number } zurück
version-held = Wartet auf eine Entscheidung
version-undone = Beiseitegelegt
file-alt = Das Profil als YAML-Datei
file-trouble = So, wie sie jetzt ist, kann ich die Datei des Profils auf dem Server nicht übernehmen. Was bisher galt, gilt weiter.
file-trouble-name = Die Datei auf dem Server gilt deswegen nicht
history = Jede Fassung bleibt erhalten. „{ $prefix }profil zurück“ geht um eine zurück, mit einer Nummer zu dieser Fassung.
no-profile = Hier gibt es noch kein Profil. „{ $prefix }einrichten“ macht eines.
no-such-version = Eine Fassung mit dieser Nummer gibt es nicht.
nothing-to-undo = Vor dieser Fassung gibt es keine.

too-large = Diese Datei ist zu groß. Ein Profil hat höchstens { $most } KiB.
nothing-changes = Genau das gilt schon. Es wurde nichts geändert.
proposal = Das würde sich ändern. Noch ist nichts geändert.
proposal-after = In der Zwischenzeit hat jemand das Profil geändert. Sieh Dir beides an, bevor Du entscheidest. Von Dir gilt noch nichts.
proposal-layout = Nur Kommentare und Anordnung würden sich ändern. Noch ist nichts geändert.
proposal-waits = Das wartet zwei Stunden auf Dich.
proposal-gone = Dieser Vorschlag ist nicht mehr da. Er wurde ersetzt, entschieden oder lag länger als zwei Stunden. Was gilt, bleibt.
since = In der Zwischenzeit geändert
since-by = In der Zwischenzeit geändert von { $by }
changes = Was sich ändert
changes-more-name = Und
changes-more = { $count ->
    [one] eine weitere Änderung
   *[other] { $count } weitere Änderungen
}
changes-alt = Jede Änderung in einer Zeile
rooms-unseen = Räume, die ich noch nicht sehe
rooms-unseen-why = { $rooms }. Lade mich dorthin ein. Bin ich schon dort, kann die Person, die diesen Bot betreibt, festlegen, dass der Raum zu dieser Gemeinschaft gehört.
mended = Ausgebessert, was Telefone so tippen
mended-quotes = geschwungene Anführungszeichen begradigt, Zeile { $lines }
mended-dashes = aus einem langen Strich ein Bindestrich, Zeile { $lines }
mended-spaces = aus einem geschützten Leerzeichen ein einfaches, Zeile { $lines }
mended-colons = aus einem breiten Doppelpunkt ein einfacher, Zeile { $lines }

findings = { $count ->
    [one] Eine Sache in diesem Profil ist nicht zu verstehen. Es wurde nichts geändert.
   *[other] { $count } Dinge in diesem Profil sind nicht zu verstehen. Es wurde nichts geändert.
}
findings-in-form = { $count ->
    [one] Eine Sache darin ist nicht zu verstehen. Es wurde nichts geändert.
   *[other] { $count } Dinge darin sind nicht zu verstehen. Es wurde nichts geändert.
}

    { $problems }
finding-line = Zeile { $line }
finding-elsewhere = Weiter oben
findings-more-name = Und
findings-more = { $count ->
    [one] noch eine; die Datei hat alle
   *[other] { $count } weitere; die Datei hat alle
}
findings-alt = Alles, was nicht zu verstehen ist, nach Zeilen
nothing-changed = Was galt, gilt weiter.

change-set = { $where }: { $new } statt { $old }
change-moves = { $where } wandert von { $old } auf { $new }
change-comes = Neu: { $where }: { $new }
change-goes = Fort: { $where } (war { $old })
change-on = { $where }: an
change-off = { $where }: aus
change-order = { $where }: andere Reihenfolge
change-word-comes = { $where }: „{ $word }“ kommt dazu
change-word-goes = { $where }: „{ $word }“ fällt weg
value-nothing = nichts
at-all = das Profil
at-inside = { $outer } › { $inner }
quoted = „{ $word }“
at-group = Gruppe { $name }
at-prompt = Check-in { $name }
at-rule = Regel { $name }
at-line = Stelle { $name }
line = • { $line }
lines = { $first }
    { $rest }

button-confirm = In Kraft setzen
button-drop = Lassen, wie es ist
button-try = Regeln ausprobieren
button-undo = Zurücknehmen
button-edit = Einen Teil ändern
button-history = Fassungen
button-change = Das ändern
button-add = Etwas hinzufügen
button-more = Weitere Teile
button-see-file = Beides ansehen
button-keep = Beim Chat bleiben
button-go-on = Weiter

done = Erledigt. Das ist jetzt Fassung { $number }, und sie gilt.
done-unannounced = Erledigt. Das ist jetzt Fassung { $number }, und sie gilt. Den Raum für Ankündigungen konnte ich nicht erreichen.
announced = Die Moderation hat die Einstellungen dieser Gemeinschaft geändert.
announced-section = { $name }: geändert
dropped = Es wurde nichts geändert.

parts = Welchen Teil möchtest Du ändern?
parts-of = „{ $name }“ hat mehr als { $most } Zeichen und wird darum Stück für Stück geändert. Welches?
part = So ist es jetzt.
no-such-part = Einen solchen Teil hat das Profil nicht.
part-gone = Diesen Teil gibt es im Profil nicht mehr: Jemand hat es in der Zwischenzeit geändert. Von Dir gilt nichts.
part-too-long = Dieser Teil hat mehr als { $most } Zeichen in einer Zeile, zu viel für ein Formular. „{ $prefix }profil zeigen“ und „{ $prefix }profil hochladen“ ändern ihn als Datei.

try-no-rules = Hier sind keine Regeln geladen, es gibt also nichts auszuprobieren. Wer Hearth betreibt, kann Regeln einschalten.
tried = Das würden die geltenden Regeln tun. Es wurde nichts gepostet.
tried-proposal = Das würden die Regeln tun, die Du vorgeschlagen hast. Es wurde nichts gepostet, und sie gelten nicht.
try-rule = { $rule }: { $actions }
try-native = { $rule }: hold. Wo die Plattform das kann (AutoMod bei Discord), sieht es niemand, und wer es schrieb, liest, was die Regel sagt.
try-beyond = Das kann AutoMod nicht ausdrücken. Bei Discord gilt es nur, wo ich Nachrichten lesen darf (Message Content)
try-large = Das ist zu viel für AutoMod: zu viele Regeln, Wörter oder Muster, oder zu lange. Auch hier würde Message Content helfen
try-nothing = keine Regel

held-name = Wartet auf eine Entscheidung
held = Die Datei des Profils auf dem Server wurde geändert, und das Profil im Chat auch. Was im Chat entstand, gilt, bis die Moderation entscheidet.
held-both = Beides wurde geändert. Was im Chat entstand, gilt; darunter steht, was die Datei daran ändern würde. Noch ist nichts geändert.
held-chat = Im Chat geändert seit der letzten Datei
held-decided = Das ist schon entschieden.
kept = Was im Chat entstand, gilt weiter. Die Datei bleibt beiseite, bis sie wieder geändert wird.

setup-understood = Danke. Zeiten folgen der Uhr von { $zone }. Jetzt noch die erste Gruppe, dann zeige ich Dir alles, bevor es zählt.
setup-gone = Deine ersten Antworten sind nicht mehr da. „{ $prefix }einrichten“ fängt neu an.
setup-zone = Diese Zeitzone kenne ich nicht. Kontinent und Stadt gehen, zum Beispiel Europe/Berlin.
setup-country = Dieses Land kenne ich nicht. Seine zwei Buchstaben gehen, zum Beispiel DE oder AT.
setup-language = Diese Sprache kenne ich nicht.
setup-name = Dieser Name geht nicht: bitte eine Zeile mit bis zu 100 Zeichen.
setup-moderators-room = Dieser Raumname geht nicht. Bitte seinen Namen oder seine ID.
setup-by-file = Die Gruppen in diesem Profil stehen in einer Zeile, da kann ich nichts hinzufügen. „{ $prefix }profil zeigen“ und „{ $prefix }profil hochladen“ ändern sie als Datei.

form-uploading = Ein neues Profil
form-uploading-file = Das Profil als YAML-Datei
    .help = Bis 256 KiB. Du siehst, was sich ändern würde, bevor sich etwas ändert.
form-changing = Diesen Teil ändern
form-changing-words = Wie es sein soll
    .help = Wie in der Datei. Leer bleibt der Teil; „{ $prefix }profil hochladen“ kann ihn weglassen.
form-adding = Zum Profil hinzufügen
form-adding-words = Was dazukommen soll
    .help = Wie in der Datei, zum Beispiel eine ganze Gruppe.
form-trying = Die Regeln ausprobieren
form-trying-lines = Zeilen zum Ausprobieren, untereinander
    .help = Bis zu 25. Niemand sonst sieht sie, und nichts davon wird aufgehoben.
form-firstanswers = Deine Gemeinschaft
form-firstanswers-name = Wie heißt Deine Gemeinschaft?
form-firstanswers-language = Welche Sprache wird gesprochen?
form-firstanswers-zone = Welche Zeitzone?
    .help = Eine Stadt genügt, zum Beispiel Berlin oder Europe/Berlin.
form-firstanswers-country = Wessen Hilfetelefone zuerst?
    .help = Das Land, zum Beispiel DE oder AT. Ohne Angabe wird gefragt.
form-firstanswers-moderators-room = Wo erfährt die Moderation etwas?
    .help = Ein Raum, den nur die Moderation liest, zum Beispiel #moderation.
form-firstgroup = Deine erste Gruppe
form-firstgroup-name = Wie heißt die Gruppe?
form-firstgroup-room = In welchem Raum ist sie?
    .help = Sein Name oder seine ID, zum Beispiel #abend.
form-firstgroup-pack = Regeln für den Anfang?
    .help = Sie lassen sich jederzeit ändern.
choice-tongue-en = English
choice-tongue-de = Deutsch
choice-pack-none = Noch keine Regeln
choice-pack-kind-words = Freundliche Worte
choice-pack-no-contact-details = Keine Kontaktdaten
choice-pack-calm-room = Ein ruhiger Raum
choice-pack-strict-newcomers = Streng mit Neuen

group-config = Das Profil der Gemeinschaft: ansehen, ändern, zurücknehmen
    .name = profil
command-config-show = Sieh das Profil der Gemeinschaft als Datei, und woher es kommt.
    .name = zeigen
command-config-show-version = Welche Fassung; ohne Nummer die geltende
    .name = fassung
command-config-history = Sieh die Fassungen des Profils: wann, woher, von wem.
    .name = fassungen
command-config-upload = Schick ein geändertes Profil als Datei. Du siehst, was sich ändern würde, bevor sich etwas ändert.
    .name = hochladen
command-config-edit = Ändere einen Teil des Profils in einem Formular.
    .name = ändern
command-config-edit-part = Welcher Teil, zum Beispiel groups.abend; ohne Angabe zeige ich alle
    .name = teil
command-config-undo = Geh zur Fassung davor zurück oder zu einer anderen. Du siehst erst, was sich ändern würde.
    .name = zurück
command-config-undo-version = Zu welcher Fassung; ohne Nummer die davor
    .name = fassung
command-config-try = Sieh, was die Regeln zu ein paar Zeilen tun würden, bevor sie jemand schreibt.
    .name = ausprobieren
command-setup = Richte die Gemeinschaft ein: Sprache, Zeitzone, Land, Moderationsraum, eine erste Gruppe.
    .name = einrichten
kept-title = Änderungen am Profil
kept-changes = Welche Fassungen des Profils einer Gemeinschaft von Dir sind, mit dem Namen, den Du hattest, damit die Moderation sieht, wer was geändert hat. Ein Vorschlag, den Du nicht bestätigt hast: zwei Stunden lang. Die Moderation sieht Deinen Namen an Deinen Fassungen, bis Du ihn löschst; die Fassungen bleiben bei der Gemeinschaft.
