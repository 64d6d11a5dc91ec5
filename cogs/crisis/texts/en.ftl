# Read on a phone, on the worst night. Numbers first, few words, nothing that judges.

title = You don't have to be alone with this
lines-for = Helplines in { $country }:
lines-for-unsure = Helplines in { $country }. If you are somewhere else, say crisis and the country:
no-line = I know of no line in { $country } that is for everyone. What there is:
no-fitting-line = I know of no line in { $country } for just this. What there is:
name-country = Which country are you in? Say crisis and its name, for example: crisis Ireland. Wherever you are, this page finds a line near you:
which-country = Which country do you mean? Wherever you are, this page finds a line near you:
directory = Lines everywhere: { $address }
from-community = From this community

emergency-title = If a life is in danger now
service-police = police
service-ambulance = ambulance
service-fire = fire service
emergency-by-text = also by text message
emergency-from-mobile = from a mobile phone

then-press = then press { $keys }
extension = extension { $number }
text-word = Text { $word } to
text-any = Text
whatsapp = WhatsApp
also = Also
chat = Chat: { $address }
web = Web: { $address }
always-open = open day and night
police-run-by-police = Run by the police.
police-may-be-involved = They may send the police without asking you.
police-not-without-consent = They send no police against your will.
checked = Facts checked { $date }
gathered = Facts gathered { $date }; not dated by their source
unconfirmed = Unconfirmed: this number rests on one source only.

chat-with = Chat: { $name }
show-all = Show all kinds of help
keep-this = Keep this
number-wrong = A number here is wrong
kept = Sent to you as a direct message.
wrong-thanks = Thank you. Whoever runs this bot has been told, not by whom.
wrong-which = Thank you. Whoever runs this bot has been told, not by whom. If you like, say which one it is:

command-crisis-country = The country you are in
command-crisis-kind = What kind of help
command-crisis-language = A language to talk in
choice-help-emotional-support = Someone to talk to
choice-help-suicide = Thoughts of suicide
choice-help-domestic-violence = Violence at home
choice-help-sexual-assault = Sexual violence
choice-help-youth = For children and young people
choice-help-child-abuse = Abuse of a child
choice-help-substance-use = Alcohol and drugs
choice-help-gambling = Gambling
choice-help-eating-disorders = Eating
choice-help-self-injury = Self-injury
choice-help-bereavement = Loss and grief
choice-help-lgbtq = LGBTQ+
choice-help-trans = Trans people
choice-help-older-people = For older people
choice-help-maternal = Pregnancy and after birth
choice-help-veterans = Veterans and soldiers
choice-help-human-trafficking = Human trafficking
choice-help-disaster = After a disaster
choice-help-general-info = Advice and information
