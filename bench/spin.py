#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A text spinner: makes the machine-reworded copies on which `deponent family` is measured.

spin(text, rng, share, names, keep) replaces `share` of the tokens by synonyms (a hand-made table
first, then words of the same ending), damages `names` of the capitalised names by letter edits,
swaps some neighbouring sentences and keeps the share `keep` of the sentences. It leaves
figures, bounds, negations and quotations alone: those are planted one by one (plant), so that
the drift table can be held against what was planted.

usage: spin.py [--share S] [--names S] [--keep S] [--seed N] FILE > COPY
"""
import argparse
import random
import re
import sys

# Each line: words that stand for one another in most sentences. Inflections are listed, not
# derived, as a careless spinner has them.
GROUPS = """
said|stated|declared|remarked|noted
says|states|declares|remarks
told|informed|advised
asked|requested|inquired
began|started|commenced
begin|start|commence
begins|starts|commences
end|finish|close
ended|finished|closed
big|large|huge|sizeable
bigger|larger|greater
small|little|tiny
smaller|lesser|slighter
people|persons|individuals|folks
person|individual|human being
men|males|guys
women|females|ladies
children|kids|youngsters
child|kid|youngster
man|male|gentleman
woman|female|lady
country|nation|land
countries|nations|lands
city|town|municipality
government|administration|regime
leader|chief|head
leaders|chiefs|heads
official|functionary|officer
officials|functionaries|officers
worker|employee|laborer
workers|employees|laborers
job|position|post
jobs|positions|posts
work|labor|toil
worked|labored|toiled
working|laboring|toiling
money|cash|funds
pay|remunerate|compensate
paid|remunerated|compensated
cost|price|expense
costs|prices|expenses
buy|purchase|acquire
bought|purchased|acquired
sell|vend|market
sold|vended|marketed
use|utilize|employ
used|utilized|employed
using|utilizing|employing
help|assist|aid
helped|assisted|aided
helping|assisting|aiding
show|display|demonstrate
showed|displayed|demonstrated
shows|displays|demonstrates
showing|displaying|demonstrating
make|create|produce
made|created|produced
makes|creates|produces
making|creating|producing
give|provide|grant
gave|provided|granted
given|provided|granted
giving|providing|granting
take|grab|seize
took|grabbed|seized
taken|grabbed|seized
taking|grabbing|seizing
get|obtain|receive
got|obtained|received
getting|obtaining|receiving
go|proceed|travel
went|proceeded|traveled
going|proceeding|heading
come|arrive|approach
came|arrived|approached
coming|arriving|approaching
see|view|witness
saw|viewed|witnessed
seen|viewed|witnessed
look|glance|gaze
looked|glanced|gazed
looking|glancing|gazing
think|believe|reckon
thought|believed|reckoned
thinks|believes|reckons
know|understand|realize
knew|understood|realized
known|understood|recognized
want|desire|wish
wanted|desired|wished
wants|desires|wishes
need|require|demand
needed|required|demanded
needs|requires|demands
try|attempt|endeavor
tried|attempted|endeavored
trying|attempting|endeavoring
keep|retain|hold
kept|retained|held
let|allow|permit
allowed|permitted|authorized
allow|permit|authorize
stop|halt|cease
stopped|halted|ceased
change|alter|modify
changed|altered|modified
changes|alterations|modifications
grow|expand|increase
grew|expanded|increased
growing|expanding|increasing
rise|climb|ascend
rose|climbed|ascended
fall|drop|decline
fell|dropped|declined
win|prevail|triumph
won|prevailed|triumphed
winning|prevailing|triumphing
lose|forfeit|misplace
lost|forfeited|misplaced
vote|ballot|poll
votes|ballots|polls
voters|electors|constituents
voter|elector|constituent
campaign|drive|crusade
campaigns|drives|crusades
candidate|contender|nominee
candidates|contenders|nominees
race|contest|competition
election|poll|vote
debate|discussion|argument
plan|scheme|program
plans|schemes|programs
planned|schemed|intended
attack|assault|strike
attacks|assaults|strikes
attacked|assaulted|struck
killed|slain|murdered
kill|slay|murder
died|perished|expired
death|demise|passing
dead|deceased|lifeless
war|conflict|warfare
fight|battle|combat
fighting|battling|combating
police|constabulary|law enforcement
arrested|detained|apprehended
prison|jail|penitentiary
law|statute|legislation
laws|statutes|regulations
rule|regulation|guideline
rules|regulations|guidelines
court|tribunal|bench
judge|magistrate|justice
case|matter|instance
cases|matters|instances
evidence|proof|testimony
crime|offense|felony
problem|issue|trouble
problems|issues|troubles
question|query|inquiry
questions|queries|inquiries
answer|reply|response
answered|replied|responded
reason|cause|motive
reasons|causes|motives
result|outcome|consequence
results|outcomes|consequences
idea|notion|concept
ideas|notions|concepts
issue|topic|subject
issues|topics|subjects
part|portion|piece
parts|portions|pieces
place|spot|location
places|spots|locations
home|house|residence
homes|houses|residences
house|dwelling|residence
school|academy|college
schools|academies|colleges
student|pupil|learner
students|pupils|learners
teacher|instructor|educator
family|household|clan
families|households|clans
friend|companion|buddy
friends|companions|buddies
group|band|cluster
groups|bands|clusters
member|participant|affiliate
members|participants|affiliates
company|firm|business
companies|firms|businesses
business|enterprise|commerce
power|authority|might
powerful|mighty|potent
strong|sturdy|robust
weak|feeble|frail
important|significant|crucial
good|fine|decent
better|superior|finer
best|finest|greatest
bad|poor|awful
worse|poorer|inferior
new|fresh|novel
old|aged|elderly
young|youthful|juvenile
early|initial|premature
late|tardy|belated
long|lengthy|extended
short|brief|concise
high|elevated|lofty
higher|loftier|taller
low|modest|reduced
lower|reduce|lessen
great|grand|terrific
real|genuine|actual
true|factual|accurate
false|untrue|bogus
clear|evident|obvious
clearly|evidently|obviously
hard|tough|difficult
easy|simple|effortless
quickly|rapidly|swiftly
quick|rapid|swift
slow|sluggish|gradual
slowly|sluggishly|gradually
often|frequently|regularly
usually|normally|typically
sometimes|occasionally|at times
always|constantly|forever
again|once more|anew
now|presently|currently
today|nowadays|this day
soon|shortly|before long
recently|lately|of late
recent|latest|fresh
also|additionally|likewise
still|yet|even so
however|nevertheless|nonetheless
because|since|as
although|though|even though
while|whereas|whilst
during|throughout|amid
before|prior to|ahead of
after|following|subsequent to
against|versus|opposed to
between|amid|betwixt
without|lacking|devoid of
including|comprising|counting
many|numerous|a lot of
much|considerable|a great deal of
several|various|multiple
most|nearly all|the majority of
another|an additional|a further
other|different|alternative
others|different ones|the rest
each|every|every single
entire|whole|complete
whole|entire|full
different|distinct|diverse
same|identical|alike
similar|alike|comparable
certain|sure|specific
possible|feasible|potential
likely|probable|apt
very|extremely|highly
really|truly|actually
only|merely|just
just|simply|merely
even|indeed|still
especially|particularly|notably
perhaps|maybe|possibly
probably|likely|presumably
together|jointly|collectively
way|manner|means
ways|manners|means
thing|item|object
things|items|objects
time|moment|occasion
times|moments|occasions
year|twelvemonth|calendar year
years|twelvemonths|calendar years
month|calendar month|lunation
week|seven-day span|workweek
weeks|fortnights|workweeks
day|date|daytime
days|dates|daytimes
night|evening|nighttime
morning|forenoon|dawn
hour|clock hour|time of day
hours|time units|stretches
life|existence|being
lives|existences|beings
world|globe|planet
state|province|territory
states|provinces|territories
area|region|zone
areas|regions|zones
border|frontier|boundary
street|road|avenue
party|faction|bloc
political|governmental|civic
public|communal|open
national|nationwide|domestic
local|regional|neighborhood
foreign|overseas|alien
federal|central|national
military|armed|martial
security|safety|protection
economic|fiscal|financial
economy|financial system|market
history|past|chronicle
book|volume|publication
report|account|document
reports|accounts|documents
reported|related|recounted
reporters|journalists|newsmen
reporter|journalist|newsman
statement|declaration|announcement
statements|declarations|announcements
speech|address|talk
interview|conversation|talk
news|tidings|information
story|tale|narrative
stories|tales|narratives
word|term|expression
words|terms|expressions
letter|note|missive
call|summon|phone
called|named|termed
calls|summons|demands
calling|naming|terming
say|state|declare
saying|stating|declaring
tell|inform|notify
talk|chat|converse
talking|chatting|conversing
speak|talk|converse
spoke|talked|conversed
speaking|talking|conversing
hear|listen to|catch
heard|listened to|caught
read|perused|scanned
write|pen|compose
wrote|penned|composed
written|penned|composed
support|backing|assistance
supported|backed|assisted
supporters|backers|adherents
oppose|resist|contest
opposed|resisted|contested
agree|concur|consent
agreed|concurred|consented
argue|contend|maintain
argued|contended|maintained
claim|assert|contend
claimed|asserted|contended
claims|assertions|contentions
announced|proclaimed|revealed
announce|proclaim|reveal
revealed|disclosed|unveiled
decided|resolved|determined
decide|resolve|determine
decision|ruling|resolution
choose|select|pick
chose|selected|picked
chance|opportunity|possibility
hope|wish|aspire
hoped|wished|aspired
fear|dread|anxiety
feel|sense|perceive
felt|sensed|perceived
love|adore|cherish
hate|detest|loathe
happy|glad|joyful
angry|furious|irate
worried|anxious|concerned
follow|pursue|trail
followed|pursued|trailed
following|pursuing|trailing
lead|guide|steer
led|guided|steered
leading|guiding|steering
run|operate|sprint
running|operating|sprinting
ran|operated|sprinted
move|shift|relocate
moved|shifted|relocated
moving|shifting|relocating
turn|spin|rotate
turned|spun|rotated
bring|carry|deliver
brought|carried|delivered
send|dispatch|transmit
sent|dispatched|transmitted
put|place|set
set|fix|place
stand|remain|stay
stood|remained|stayed
live|reside|dwell
lived|resided|dwelt
living|residing|dwelling
leave|depart|exit
left|departed|exited
leaving|departing|exiting
return|come back|go back
returned|came back|went back
meet|encounter|gather
met|encountered|gathered
meeting|gathering|session
join|enlist|unite
joined|enlisted|united
build|construct|erect
built|constructed|erected
open|unlock|unseal
opened|unlocked|unsealed
face|confront|visage
faced|confronted|met
raise|lift|elevate
raised|lifted|elevated
cut|trim|slash
cuts|reductions|slashes
add|append|attach
added|appended|attached
push|shove|press
pushed|shoved|pressed
pull|drag|tug
pulled|dragged|tugged
remain|stay|linger
remained|stayed|lingered
become|turn into|grow to be
became|turned into|grew to be
seem|appear|look
seems|appears|looks
seemed|appeared|looked
appear|seem|emerge
appeared|seemed|emerged
consider|ponder|contemplate
considered|pondered|contemplated
expected|anticipated|awaited
expect|anticipate|await
happen|occur|transpire
happened|occurred|transpired
number|quantity|figure
level|degree|tier
rate|pace|speed
share|slice|portion
side|flank|edge
point|aspect|detail
view|opinion|outlook
effort|attempt|exertion
efforts|attempts|exertions
policy|strategy|approach
policies|strategies|approaches
system|structure|arrangement
process|procedure|course
action|deed|step
actions|deeds|steps
role|function|part
interest|concern|stake
value|worth|merit
values|principles|merits
truth|verity|fact
fact|reality|truth
facts|realities|truths
example|instance|illustration
sign|mark|indication
weapons|arms|armaments
gun|firearm|pistol
guns|firearms|pistols
troops|soldiers|forces
soldiers|troops|warriors
car|auto|vehicle
cars|autos|vehicles
food|nourishment|fare
water|liquid|fluid
fire|blaze|flames
health|wellness|fitness
doctor|physician|medic
doctors|physicians|medics
disease|illness|ailment
the|this|that
a|one|some
of|out of|from
in|within|inside
on|upon|atop
to|toward|unto
for|on behalf of|in favor of
with|alongside|together with
by|via|through
from|out of|off
at|near|by
and|plus|as well as
but|yet|though
or|otherwise|alternatively
if|whether|provided
when|whenever|once
who|that|which
which|that|who
that|which|this
this|that|the
these|those|such
those|these|such
his|the|their
her|the|their
their|the|its
its|the|their
is|remains|stays
are|remain|stay
was|became|remained
were|became|remained
has|possesses|owns
have|possess|own
had|possessed|owned
would|could|might
could|might|can
can|may|could
will|shall|would
should|ought to|must
"""

NEGATIVE = {"not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "cannot", "denied", "deny",
            "denies", "without", "denying"}
NUMBERS = set("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
              "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
              "hundred hundreds thousand thousands million millions billion billions trillion dozen dozens "
              "score scores half third quarter quarters couple pair first second percent per few some many several "
              "handful number more less least most fewer than over under up about around nearly almost roughly "
              "approximately close to as between from almost or so another double twice once single both "
              "to much any all plenty lot lots bunch only just some at".split())
COUNTS = set("hundreds thousands millions billions tens dozens scores hundred thousand million billion "
             "dozen two three four five six seven eight nine ten".split())
TOKEN = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?|\d[\d,.]*\d|\d|\s+|.", re.S)
SENTENCE = re.compile(r"(?<=[.!?])[ \t]+(?=[A-Z])")


def table():
    synonyms = {}
    for line in GROUPS.split("\n"):
        words = [w for w in line.split("|") if w]
        if words:
            synonyms.setdefault(words[0], [w for w in words[1:]])
    return synonyms


SYNONYMS = table()
SUFFIXES = {}
for _word in sorted({w for g in SYNONYMS.values() for w in g if " " not in w} | set(SYNONYMS)):
    for _n in (3, 2, 1):
        SUFFIXES.setdefault(_word[-_n:], []).append(_word)


def substitute(word, rng):
    """Another word for `word`, or None."""
    low = word.lower()
    if low in SYNONYMS:
        out = rng.choice(SYNONYMS[low])
    elif len(low) < 4:
        return None
    else:
        out = None
        for n in (3, 2, 1):
            choices = [w for w in SUFFIXES.get(low[-n:], []) if w != low and len(w) >= 4]
            if len(choices) > 3:
                out = rng.choice(choices)
                break
        if out is None:
            return None
    return out[0].upper() + out[1:] if word[0].isupper() else out


def damage(name, rng):
    """One or two letter edits, the first letter kept three times in four."""
    letters = list(name)
    for _ in range(1 if len(name) < 7 else 2):
        at = rng.randrange(0 if rng.random() < 0.25 else 1, len(letters))
        how = rng.randrange(4)
        if how == 0 and len(letters) > 3:
            del letters[at]
        elif how == 1:
            letters.insert(at, rng.choice("aeiourstln"))
        elif how == 2 and at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1].lower(), letters[at].lower()
        else:
            letters[at] = rng.choice("aeioubdgklmnprstvz")
    out = "".join(letters)
    return out[0].upper() + out[1:]


def quoted_flags(tokens):
    inside, flags = False, []
    for t in tokens:
        if t == "“" or t == "``":
            inside = True
        elif t == "”":
            inside = False
        elif t == '"':
            inside = not inside
        elif "\n\n" in t:
            inside = False
        flags.append(inside)
    return flags


def near_number(tokens, i):
    """Words that may belong to a figure: "hundreds of thousands", "between 2 and 3"."""
    near = "".join(tokens[max(0, i - 4):i] + [" "] + tokens[i + 1:i + 5])
    return bool(re.search(r"\d", near)) or any(w in COUNTS for w in re.findall("[a-z]+", near.lower()))


def spin(text, rng, share=0.24, names=0.0, keep=1.0, quotes=False, order=0.03, guard=True):
    """`guard` leaves number words, bounds and negations alone; without `quotes` so are quotations."""
    text = re.sub(r"``|''", '"', text)
    paragraphs = text.split("\n\n")
    if keep < 1:
        paragraphs = cut(paragraphs, keep, rng)
    paragraphs = [reorder(p, rng, order) for p in paragraphs]
    tokens = TOKEN.findall("\n\n".join(paragraphs))
    flags = quoted_flags(tokens)
    starts, start = [], True
    for t in tokens:
        starts.append(start)
        if t in ".!?" or "\n" in t or t in "“\"":
            start = True
        elif t.strip():
            start = False
    words = [i for i, t in enumerate(tokens) if t[0].isalnum() and (quotes or not flags[i])]
    want = int(share * len(words))
    order_of = words[:]
    rng.shuffle(order_of)
    # Words of the table first, then whatever can be replaced at all.
    order_of.sort(key=lambda i: 0 if tokens[i].lower() in SYNONYMS and rng.random() < 0.8 else 1)
    done = 0
    for i in order_of:
        t = tokens[i]
        if done >= want:
            break
        if not t[0].isalpha() or "'" in t or "’" in t:
            continue
        if (i and tokens[i - 1] == "-") or (i + 1 < len(tokens) and tokens[i + 1] in "-.") and len(t) < 2:
            continue
        if t[0].isupper() and not (starts[i] and t.lower() in SYNONYMS):
            continue
        if guard and (t.lower() in NEGATIVE or t.lower() in NUMBERS or near_number(tokens, i)):
            continue
        other = substitute(t, rng)
        if other and other != t:
            tokens[i] = other
            done += 1
    if names:
        named = [i for i in words if tokens[i][0].isupper() and not starts[i] and not flags[i]
                 and len(tokens[i]) >= 4 and tokens[i].lower() not in SYNONYMS]
        rng.shuffle(named)
        for i in named[: int(names * len(named))]:
            tokens[i] = damage(tokens[i], rng)
    spin.changed = done / max(1, len(words))
    return "".join(tokens)


def cut(paragraphs, keep, rng):
    """Half of the text: its beginning, its end, or paragraphs here and there."""
    total = sum(len(p) for p in paragraphs)
    how = rng.randrange(3)
    chosen, size = [], 0
    indexes = list(range(len(paragraphs)))
    if how == 1:
        indexes.reverse()
    elif how == 2:
        rng.shuffle(indexes)
    for i in indexes:
        if size >= keep * total:
            break
        size += len(paragraphs[i])
        chosen.append(i)
    out = [paragraphs[i] for i in sorted(chosen)]
    if len(out) == 1 and size > 1.3 * keep * total:
        out[0] = out[0][: int(keep * total)].rsplit(" ", 1)[0]
    return out


def reorder(paragraph, rng, order):
    parts = SENTENCE.split(paragraph)
    for i in range(len(parts) - 1):
        if rng.random() < order and not re.search(r'["“”]', parts[i] + parts[i + 1]):
            parts[i], parts[i + 1] = parts[i + 1], parts[i]
    return " ".join(parts)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--share", type=float, default=0.24)
    ap.add_argument("--names", type=float, default=0.0)
    ap.add_argument("--keep", type=float, default=1.0)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("file")
    o = ap.parse_args()
    with open(o.file, encoding="utf-8") as f:
        sys.stdout.write(spin(f.read(), random.Random(o.seed), o.share, o.names, o.keep))
