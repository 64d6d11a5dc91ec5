# Gelesen am Telefon, in der schlimmsten Nacht. Zuerst die Nummern, wenige Worte, nichts, das urteilt.

title = Du musst damit nicht allein sein
lines-for = Hilfetelefone, { $country }:
no-fitting-line = Genau dafür kenne ich in diesem Land keine Stelle ({ $country }). Das gibt es:
name-country = In welchem Land bist Du? Sag krise und den Namen, zum Beispiel: krise Irland. Wo Du auch bist, diese Seite findet eine Stelle in Deiner Nähe:
which-country = Welches Land meinst Du? Wo Du auch bist, diese Seite findet eine Stelle in Deiner Nähe:
directory = Stellen überall: { $address }
from-community = Von dieser Gemeinschaft

emergency-title = Wenn jetzt ein Leben in Gefahr ist
service-police = Polizei
service-ambulance = Rettungsdienst
service-fire = Feuerwehr
emergency-by-text = auch per SMS
emergency-from-mobile = vom Mobiltelefon

then-press = dann die { $keys } drücken
extension = Durchwahl { $number }
text-word = Schreib { $word } per SMS an
text-any = SMS an
whatsapp = WhatsApp
also = Auch
chat = Chat: { $address }
web = Internet: { $address }
always-open = Tag und Nacht
police-run-by-police = Wird von der Polizei betrieben.
police-may-be-involved = Sie schicken vielleicht die Polizei, ohne Dich zu fragen.
police-not-without-consent = Sie schicken keine Polizei gegen Deinen Willen.
checked = Angaben geprüft { $date }
gathered = Angaben gesammelt { $date }; die Quelle nennt kein Datum
unconfirmed = Nicht bestätigt: Diese Nummer steht nur in einer Quelle.

chat-with = Chat: { $name }
show-all = Alle Arten von Hilfe
keep-this = Aufheben
number-wrong = Eine Nummer ist falsch
kept = Ich habe es Dir als Direktnachricht geschickt.
wrong-thanks = Danke. Die Person, die diesen Bot betreibt, weiß jetzt Bescheid, aber nicht, von wem.
wrong-which = Danke. Die Person, die diesen Bot betreibt, weiß jetzt Bescheid, aber nicht, von wem. Wenn Du magst, sag, welche es ist:

command-crisis = Hilfetelefone für da, wo Du bist. Nur Du siehst die Antwort.
    .name = krise
command-crisis-country = Das Land, in dem Du bist
    .name = land
command-crisis-kind = Welche Art von Hilfe
    .name = art
command-crisis-language = Eine Sprache zum Reden
    .name = sprache
choice-help-emotional-support = Jemand zum Reden
choice-help-suicide = Gedanken an Suizid
choice-help-domestic-violence = Gewalt zu Hause
choice-help-sexual-assault = Sexualisierte Gewalt
choice-help-youth = Für Kinder und Jugendliche
choice-help-child-abuse = Gewalt gegen ein Kind
choice-help-substance-use = Alkohol und Drogen
choice-help-gambling = Glücksspiel
choice-help-eating-disorders = Essen
choice-help-self-injury = Selbstverletzung
choice-help-bereavement = Verlust und Trauer
choice-help-lgbtq = LGBTQ+
choice-help-trans = Trans Menschen
choice-help-older-people = Für ältere Menschen
choice-help-maternal = Schwangerschaft und danach
choice-help-veterans = Soldatinnen, Soldaten, Veteranen
choice-help-human-trafficking = Menschenhandel
choice-help-disaster = Nach einer Katastrophe
choice-help-general-info = Rat und Auskunft
