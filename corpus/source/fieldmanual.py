"""Write the many pages of the field manual from tables and a seeded grammar.

A line `@generate TOPIC` in a text is replaced by the sections of that topic. The random source is
seeded with the doc_id and the topic, so the same text always gives the same pages.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Pool:
    """Sentences drawn without repetition until all have been used once."""

    def __init__(self, rng: random.Random, sentences: Sequence[str]) -> None:
        """Keep the sentences and shuffle a first round."""
        self.rng = rng
        self.sentences = sentences
        self.left: list[str] = []

    def draw(self, **slots: object) -> str:
        """Return the next sentence with its slots filled."""
        if not self.left:
            self.left = list(self.sentences)
            self.rng.shuffle(self.left)
        return self.left.pop().format(**slots)


# --- Facilities -----------------------------------------------------------------------------

FACILITIES = (
    ("Aguadilla", "PR", "Service Processing Center", "on the grounds of a former air base",
     "boats found at sea in the Mona Passage", "hurricane shutters are tested in May"),
    ("Batavia", "NY", "Service Processing Center", "between Buffalo and Rochester",
     "returns over the bridges to Canada", "snow may close the access road for a day"),
    ("El Centro", "CA", "Service Processing Center", "in the Imperial Valley desert",
     "night returns by bus through Calexico", "shade cloth covers the yard from April on"),
    ("El Paso", "TX", "Service Processing Center", "beside the airport",
     "a charter line that flies south twice a week", "dust storms stop flights in spring"),
    ("Florence", "AZ", "Service Processing Center", "in old barracks in the Sonoran desert",
     "hearings held in the building for most of Arizona", "water is carried on every bus"),
    ("Miami", "FL", "Service Processing Center", "at the end of Krome Avenue near the Everglades",
     "arrivals from the Caribbean and a large medical unit", "the road floods after heavy rain"),
    ("Los Fresnos", "TX", "Service Processing Center", "near the port of Bayview",
     "land returns over the Brownsville bridges", "evacuation buses are on call in autumn"),
    ("San Pedro", "CA", "Service Processing Center", "on Terminal Island in the harbor",
     "flights to Asia with long escorts", "the drawbridge has its own timetable"),
    ("Aurora", "CO", "contract facility", "east of Denver",
     "road pickups from four mountain states", "chains are on board from October"),
    ("Houston", "TX", "contract facility", "north of the city by the interstate",
     "commercial removals to Central America", "two vans are kept for hospital runs"),
    ("Laredo", "TX", "contract facility", "a mile from the river",
     "short stays before land return", "bridge hours change without notice"),
    ("Seattle", "WA", "contract facility", "by the rail yards south of downtown",
     "returns to Canada and flights over the Pacific", "fog delays the morning bus"),
    ("Elizabeth", "NJ", "contract facility", "in a converted warehouse near Newark airport",
     "persons stopped at the airport who ask for asylum", "there is no yard under open sky"),
    ("Queens", "NY", "contract facility", "close to Kennedy airport",
     "new arrivals without papers", "visitors come by bus and may be late"),
    ("San Diego", "CA", "contract facility", "on Otay Mesa above the border",
     "a docket that is shared with the marshals", "brush fires can cut the only road"),
    ("Oakdale", "LA", "joint facility with the Bureau of Prisons", "in pine woods",
     "long hearings lists and charter staging", "the nearest airline is an hour away"),
    ("Eloy", "AZ", "joint facility with the Bureau of Prisons", "between Phoenix and Tucson",
     "overflow from the coast", "temperatures in the sally port are logged"),
)  # fmt: skip

FACILITY_INTAKE = (
    (
        "Intake is staffed by {a} officers on the day shift and {b} at night; a third is called "
        "when more than {c} people arrive on one bus."
    ),
    (
        "New arrivals wait no longer than {c} minutes in the sally port, and those with a red "
        "medical envelope are taken out first."
    ),
    "The intake desk keeps {c} sets of clothing in each size and reports on Mondays what is low.",
    (
        "Fingerprints are taken at {a} stations; when one fails, the prints are rolled in ink and "
        "scanned the next morning."
    ),
    "Between {b} and {c} people are booked on a usual day, most of them before supper.",
    "Property is listed in front of the owner and sealed in a bag with a number of {a} digits.",
)
FACILITY_HEALTH = (
    (
        "DIHS runs the clinic with {a} nurses; the physician comes {b} days a week and is on call "
        "otherwise."
    ),
    (
        "Chest pictures are read by a radiologist at a distance within {c} hours, and nobody "
        "leaves the intake unit before."
    ),
    "Sick call is held at six in the morning in every unit, with slips in {b} languages.",
    "The dentist sees emergencies within {b} days; fillings wait until the sixth month.",
    "Insulin, inhalers and heart medicine are kept in the unit in a box with {a} seals.",
    "A psychologist visits the segregation cells daily, also on the {a} holidays of the year.",
)
FACILITY_COURT = (
    "There are {a} courtrooms; video is used for the third master calendar of the week.",
    "The court list is posted at {c} past four, and counsel may add names until noon.",
    "Detainees who are due before the judge eat first and are shaved or washed by request.",
    "A law library with {a} terminals is open for {b} hours a day, late on Wednesdays.",
    "Legal visits need no appointment; the {a} booths are given out in the order of arrival.",
    "Groups that explain rights come {b} times a month and speak to new arrivals in one room.",
)
FACILITY_TRANSPORT = (
    "The fleet has {a} buses and {b} vans, two of them with a lift for wheelchairs.",
    "The first run leaves at {c} past three in the morning, so the kitchen packs bags at midnight.",
    "Drivers call the control room at the county line and every {c} minutes on the road.",
    "Baggage of people who will fly is weighed on the eve, {a} at a time, in the gym.",
    "Airline counters accept escorted persons {c} minutes before the public boards.",
    "A spare vehicle with {b} seats stands fuelled at the gate on every flight day.",
)
FACILITY_SECURITY = (
    "The formal count at {b} in the afternoon is a standing count with cards.",
    (
        "Keys are issued against brass tags; a missing key locks the building until {a} people "
        "have searched the route."
    ),
    "Every {c} days one housing unit is searched from top to bottom by officers of another shift.",
    "The control room watches {c} cameras and may never be manned by a single officer.",
    "Tools of the kitchen hang on a board with {c} painted outlines.",
    "Visitors pass one gate; lockers number {c} and cost nothing.",
)
FACILITY_COMPLAINT = (
    (
        "Grievances are collected by a lieutenant who does not work in the unit and answered "
        "within {b} days."
    ),
    "The box for letters to the inspector general is emptied by the mail clerk alone, at {b}.",
    "In the past year {c} complaints came in, a third about telephones and a fifth about food.",
    "A committee of {a} detainees meets the officer in charge on the last Friday of the month.",
)
FACILITY_NOTE = (
    (
        "Case officers from other cities are asked to bring {b} copies of each travel paper, "
        "since the copier of the docket unit is shared with the clinic."
    ),
    "Whoever sends people here should know that beds for women number only {c}.",
    "Call the bed desk before {b} in the morning; after that the list for the day is closed.",
    (
        "Cash above {c} dollars is sent with a separate receipt, for the trust office opens "
        "twice a week."
    ),
    "People on a special diet should be named {a} days ahead, because the kitchen buys weekly.",
)


def facilities(rng: random.Random) -> Iterator[str]:
    """One section for each facility."""
    pools = [
        (name, Pool(rng, sentences))
        for name, sentences in (
            ("Intake", FACILITY_INTAKE),
            ("Health", FACILITY_HEALTH),
            ("Court and counsel", FACILITY_COURT),
            ("Transport", FACILITY_TRANSPORT),
            ("Security", FACILITY_SECURITY),
            ("Complaints", FACILITY_COMPLAINT),
        )
    ]
    note = Pool(rng, FACILITY_NOTE)
    openings = Pool(
        rng,
        (
            "{place} is a {kind} {where}. Most of its work has to do with {work}.",
            "The {kind} at {place} lies {where} and is known in the field for {work}.",
            "Officers posted to {place}, a {kind} {where}, deal above all with {work}.",
            "What sets {place} apart, a {kind} {where}, is {work}.",
        ),
    )

    def numbers() -> dict[str, int]:
        return {"a": rng.randint(2, 9), "b": rng.randint(3, 9), "c": rng.randrange(12, 60)}

    for place, state, kind, where, work, care in FACILITIES:
        yield "@page"
        yield f"### {place} {state}"
        yield openings.draw(place=place, kind=kind, where=where, work=work)
        yield f"A local matter to remember: {care}. {note.draw(**numbers())}"
        for name, pool in rng.sample(pools, 6):
            yield f"**{name}.** {pool.draw(**numbers())} {pool.draw(**numbers())}"
        beds = rng.randrange(20, 70) * 10
        yield "\n".join(
            (
                "| Beds | Men | Women | Medical | Bed desk hours |",
                "|---|---|---|---|---|",
                (
                    f"| {beds} | {beds - 60} | {rng.randrange(30, 50)} | {rng.randrange(6, 12)} "
                    f"| {rng.randint(5, 8)} a.m. to {rng.randint(3, 9)} p.m. |"
                ),
            )
        )


# --- Field offices --------------------------------------------------------------------------

OFFICES = (
    ("Atlanta", "Georgia and the Carolinas", "poultry towns an hour apart"),
    ("Baltimore", "Maryland", "one large jail and many small ones"),
    ("Boston", "New England", "ferries, ice and six state capitals"),
    ("Buffalo", "upstate New York", "bridges and a long lake shore"),
    ("Chicago", "six states around the lakes", "a reporting room with two hundred chairs"),
    ("Dallas", "north Texas and Oklahoma", "jails that send lists before breakfast"),
    ("Denver", "Colorado and Wyoming", "mountain passes and ski towns"),
    ("Detroit", "Michigan and Ohio", "a tunnel, a bridge and many truckers"),
    ("El Paso", "west Texas and New Mexico", "ranches without street numbers"),
    ("Houston", "southeast Texas", "ports, refineries and hospital wards"),
    ("Los Angeles", "the basin and the coast", "a court list longer than the day"),
    ("Miami", "Florida and the islands", "boats, cruise ships and storms"),
    ("Newark", "New Jersey", "an airport and a dense net of county jails"),
    ("New Orleans", "Louisiana and its neighbours", "parish jails far from any court"),
    ("New York", "the five boroughs and the valley", "subway rides to every appointment"),
    ("Philadelphia", "Pennsylvania and Delaware", "mushroom farms and prison towns"),
    ("Phoenix", "Arizona", "heat, drop houses and long hearings"),
    ("Saint Paul", "five northern plains states", "blizzards and meat plants"),
    ("Salt Lake City", "Utah, Idaho, Montana and Nevada", "a day's drive between two cases"),
    ("San Antonio", "central and south Texas", "families on buses and night releases"),
    ("San Diego", "the county and the desert", "ports of entry open at all hours"),
    ("San Francisco", "northern California and Hawaii", "volcano islands and a busy circuit"),
    ("Seattle", "Washington, Oregon and Alaska", "fishing fleets and float planes"),
    ("Washington", "Virginia and the capital", "embassies a taxi ride away"),
)
OFFICE_WORK = (
    "Its teams plan by county, since {n} sheriffs each have rules of their own.",
    "About {n} persons report on a usual {day}, and the line is split by language.",
    "A van makes the round of outlying jails every {day}, whatever the number of calls.",
    "The duty telephone rings some {n} times a night, mostly from state troopers.",
    "The travel desk closes its list on {day}s and works {n} days ahead of the flights.",
    "Counsel for the government sits on the same floor, which saves {n} letters a week.",
    "Case officers trade dockets after {n} months, so that no case grows stale.",
    "New agents spend their first {day} in the file room and are the better for it.",
)
OFFICE_HABIT = (
    "Bring copies in pairs: the copier serves {n} people and rests at noon.",
    "Ask the mail room about {day}, when the pouch from headquarters is opened.",
    "Leave word at the desk before driving out; {n} roads have no signal.",
    "Interpreters for rare languages are booked {n} days ahead through the court list.",
    "A list of clinics that take our patients hangs beside the door; {n} of them are open late.",
    "The muster on {day} is short: one rule, one case, one warning.",
    "Visitors park across the street and are fetched, for the yard holds only {n} cars.",
)
OFFICE_TARGET = (
    "For the coming year the office wants to cut the wait for a travel document by {n} days.",
    "The aim for the year is to answer every letter from counsel within {n} hours.",
    "By next spring {n} more jails are to be screened by video.",
    "The office means to visit each person under supervision at home once in {n} weeks.",
    "The number of cases without a call-up date, now {n}, is to reach zero.",
    "One more fugitive team is to be staffed, with {n} officers from inside the office.",
)
OFFICE_PAST = (
    "A review found that {n} files had no custody sheet; all were mended within a month.",
    "In the last storm the office moved {n} people overnight and lost no bag.",
    "Two years ago a wrong man was held for {n} hours, and every new officer hears the story.",
    (
        "The office was the first to read directives aloud at muster, {n} years before it became a "
        "rule."
    ),
    "A mix-up of two sisters, found after {n} days, led to the second check of photographs.",
    "A flood in the basement cost {n} boxes of closed files and taught everyone to scan.",
)


def offices(rng: random.Random) -> Iterator[str]:
    """One section for each field office."""
    work, habit = Pool(rng, OFFICE_WORK), Pool(rng, OFFICE_HABIT)
    target, past = Pool(rng, OFFICE_TARGET), Pool(rng, OFFICE_PAST)
    opening = Pool(
        rng,
        (
            "The office in {name} covers {area}. Its daily bread: {trait}.",
            "{name} answers for {area}, which means {trait}.",
            "From {name} the officers look after {area} and know {trait}.",
            "Who is posted to {name} gets {area}, and with it {trait}.",
        ),
    )

    def say(pool: Pool) -> str:
        return pool.draw(n=rng.randint(3, 48), day=rng.choice(DAYS))

    for name, area, trait in OFFICES:
        yield f"### {name} Field Office"
        yield f"{opening.draw(name=name, area=area, trait=trait)} {say(work)} {say(work)}"
        yield f"{say(habit)} {say(past)}"
        yield f"{say(target)} {say(habit)}"
        yield "\n".join(
            (
                "| Officers | Agents | Fugitive teams | Jails visited | Suboffices |",
                "|---|---|---|---|---|",
                (
                    f"| {rng.randrange(30, 160)} | {rng.randrange(40, 220)} | {rng.randint(1, 6)} "
                    f"| {rng.randrange(8, 70)} | {rng.randint(1, 7)} |"
                ),
            )
        )


# --- Forms ----------------------------------------------------------------------------------

FORMS = (
    ("G-589", "Property Receipt", "property room", "the detainee's money and valuables"),
    ("I-200", "Warrant of Arrest", "arresting supervisor", "the ground for an arrest"),
    ("I-203", "Order to Detain or Release", "docket officer", "each entry and each exit"),
    ("I-205", "Warrant of Removal", "FOD", "the command to remove and its execution"),
    ("I-210", "Voluntary Departure Notice", "case officer", "the last day of a grant"),
    ("I-213", "Record of Deportable Alien", "arresting officer", "the facts of the encounter"),
    ("I-216", "Record of Persons Transferred", "transport supervisor", "who rode in a vehicle"),
    ("I-217", "Information for Travel Document", "case officer", "what a consul needs to know"),
    ("I-220A", "Order of Release on Recognizance", "docket officer", "conditions before an order"),
    ("I-220B", "Order of Supervision", "docket officer", "conditions after an order"),
    ("I-229", "Warning for Failure to Depart", "case officer", "duties under a final order"),
    ("I-241", "Request for Travel Document", "case officer", "the formal word to a consulate"),
    ("I-246", "Application for a Stay", "counter clerk", "a plea to the FOD for time"),
    ("I-247", "Detainer", "jail liaison officer", "notice to a jail that we wait"),
    ("I-261", "Additional Charges", "charging officer", "changes of an earlier charge"),
    ("I-286", "Notice of Custody Determination", "docket officer", "why and on what terms"),
    ("I-294", "Warning to Alien Ordered Removed", "escort", "the years of the bar"),
    ("I-323", "Notice of Breach", "bond officer", "a promise not kept"),
    ("I-340", "Notice to Obligor", "bond officer", "the demand to deliver the alien"),
    ("I-352", "Bond Contract", "bond officer", "the promise of the obligor"),
    ("I-385", "Booking Record", "intake officer", "name, picture and level"),
    ("I-391", "Notice of Cancellation", "bond officer", "the end of a bond"),
    ("I-770", "Notice of Rights", "juvenile coordinator", "what a child may ask for"),
    ("I-862", "Notice to Appear", "charging officer", "the opening of a case in court"),
)
SIGNERS = ("supervisor", "witness", "not needed", "FOD", "interpreter")
FORM_FILL = (
    "It is typed, never written by hand, except at night when the printer of the {who} is locked.",
    (
        "The {who} fills in every field; where nothing is known the word *unknown* is typed, so "
        "that an empty field always means an error."
    ),
    "Names follow the order of the passport. The {who} adds other names below, one to a line.",
    (
        "Dates are written with the month as a word, which has put an end to mix-ups between day "
        "and month."
    ),
    "The {who} reads the finished sheet aloud to a colleague before it is signed.",
)
FORM_ERROR = (
    (
        "The usual error is a copied A-number from the sheet that lay underneath; compare it "
        "with the wristband."
    ),
    "Reviewers reject about one sheet in {n}, nearly always for a missing signature on the back.",
    (
        "A date that lies before the arrest shows that an old template was opened; start again "
        "from a blank one."
    ),
    "Abbreviations of the field office mean nothing to a court {n} states away; spell them out.",
    "Where two officers share a name, add the badge number, or the receipt proves nothing.",
)
FORM_COPIES = (
    (
        "Make {n} copies: one stays with the person, the others go to the file and to the desk "
        "that will act next."
    ),
    (
        "The original travels with the file; the {who} keeps a scan for {n} months and deletes it "
        "then."
    ),
    (
        "A copy in the language of the person is attached where the library has one; it is "
        "marked as a courtesy and is not signed."
    ),
    (
        "Carbon sets were used up in 2005; the printer now makes {n} sheets with the copy number "
        "in the corner."
    ),
)
FORM_AFTER = (
    (
        "Once signed it is entered in the system within {n} hours, under the event and not under "
        "the person."
    ),
    (
        "A mistake found later is struck through once, dated and initialled; correction fluid "
        "makes the sheet void."
    ),
    "If the person refuses to sign, a witness who speaks the language signs in the margin.",
    "Lost sheets are made anew from the scan and carry the word *duplicate* and the day.",
    "Auditors ask for this form in {n} of every hundred files.",
)


def forms(rng: random.Random) -> Iterator[str]:
    """One section for each form."""
    pools = [Pool(rng, part) for part in (FORM_FILL, FORM_ERROR, FORM_COPIES, FORM_AFTER)]
    opening = Pool(
        rng,
        (
            "Form {number} records {what}. The {who} answers for it.",
            "What Form {number} puts on paper is {what}; it is the work of the {who}.",
            "Without Form {number} nobody could show {what}. It is made by the {who}.",
            "The {who} makes out Form {number}, whose subject is {what}.",
        ),
    )
    for number, name, who, what in FORMS:
        yield f"### Form {number}: {name}"
        sentences = [opening.draw(number=number, what=what, who=who)]
        order = rng.sample(pools, len(pools))
        sentences += [pool.draw(who=who, n=rng.randint(3, 24)) for pool in order]
        yield " ".join(sentences[:3])
        yield " ".join(sentences[3:])
        yield "\n".join(
            (
                "| Made when | Kept for | Second signature |",
                "|---|---|---|",
                (
                    f"| within {rng.randint(1, 72)} hours | {rng.choice((3, 6, 10, 75))} years "
                    f"| {rng.choice(SIGNERS)} |"
                ),
            )
        )


# --- Destinations ---------------------------------------------------------------------------

DESTINATIONS = (
    ("Northern Highlands", "mountain republic", "Quechua"),
    ("Gulf Islands", "island state", "Creole"),
    ("River Delta", "coastal republic", "French"),
    ("Eastern Steppe", "inland republic", "Russian"),
    ("Silver Coast", "coastal kingdom", "Portuguese"),
    ("Twin Volcanoes", "isthmus republic", "Spanish"),
    ("Monsoon Bay", "island republic", "Tagalog"),
    ("Cedar Mountains", "small republic", "Arabic"),
    ("Long Savanna", "federal republic", "Hausa"),
    ("Amber Shore", "northern republic", "Polish"),
    ("Jade Plateau", "people's republic", "Mandarin"),
    ("Spice Archipelago", "federation of islands", "Malay"),
    ("Two Lakes", "landlocked republic", "Swahili"),
    ("Coral Atolls", "compact state", "English"),
)
DESTINATION_CONSUL = (
    "The consul interviews by telephone on {day}s and wants the person to be alone in the room.",
    "The consulate answers letters, not calls; write to the second secretary and wait {n} days.",
    "An honorary consul collects requests and sends them to the capital by pouch every {n} days.",
    "Requests are handed over in person; the officer who brings them should know each case.",
    "The embassy keeps the photographs, so a second request needs new ones.",
)
DESTINATION_PROOF = (
    "A school certificate has been taken as proof of nationality {n} times out of twenty.",
    "The civil registry burned down years ago, and baptism records stand in for birth papers.",
    "Names are compared with the register of voters, which holds nobody under eighteen.",
    "Fingerprints are searched at home; good prints shorten the wait by {n} days.",
    "An interview in {language} weighs more than any paper, and accents are noted by district.",
)
DESTINATION_TRAVEL = (
    "Flights with a stop in a third country need a transit letter {n} working days ahead.",
    "No arrivals are taken after dark or on public holidays of the country.",
    "Charter landings are agreed on for each quarter, with at most {n} seats a flight.",
    "Escorts stay on the aircraft; the handing over takes place at the foot of the stairs.",
    "The police at the airport keep each arrival for about {n} hours to check local warrants.",
)
DESTINATION_CARE = (
    "A charity meets flights on {day}s with soup, telephone cards and bus fare.",
    "Winter coats are handed out between October and April, as most people arrive in shirts.",
    "Medicine for {n} days is the least that should travel, because rural clinics are often empty.",
    "Children are received only by the ministry for families, which needs {n} days' notice.",
    "Women who travel alone are asked beforehand whether someone will meet them.",
)
DESTINATION_LOG = (
    "A request came back on a {day} because the middle name had been left out.",
    "The vice consul changed, and {n} open requests were explained to the new one over tea.",
    (
        "Two brothers received their papers on the same {day}, though they had been asked for "
        "{n} days apart."
    ),
    "An escort missed the connection and slept {n} hours at the airport; the person had food.",
    "A person refused to board, was heard by an asylum officer, and left {n} days later.",
    "The registry found a birth under another spelling after {n} days of search.",
    "A storm closed the runway on {day}; the charter turned round and came again after {n} hours.",
    "The consul visited the facility, spoke with {n} people and signed for most of them.",
    "A false passport was found out because the town printed in it had changed its name.",
    (
        "Someone called at night to say that the person was the wrong one; {n} minutes later the "
        "prints proved it."
    ),
    "Bags went astray for {n} days and were brought by a driver of the honorary consul.",
)
SIZES = ("2 by 2 inches", "35 by 45 mm", "30 by 40 mm", "passport size, matt")
ESCORTS = ("any number", "at most two", "unarmed only")
REFUSALS = (
    "name not found in the registry",
    "born abroad to foreign parents",
    "photograph more than a year old",
    "citizenship given up",
    "order not legible",
    "no interview possible",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def destinations(rng: random.Random) -> Iterator[str]:
    """One section for each invented country of return."""
    pools = [
        ("Consulate", Pool(rng, DESTINATION_CONSUL)),
        ("Proof of nationality", Pool(rng, DESTINATION_PROOF)),
        ("Journey", Pool(rng, DESTINATION_TRAVEL)),
        ("Arrival", Pool(rng, DESTINATION_CARE)),
    ]
    log = Pool(rng, DESTINATION_LOG)
    for at, (name, kind, language) in enumerate(DESTINATIONS):
        if at:
            yield "@page"
        yield f"### {name}"
        article = "an" if kind[0] in "aeiou" else "a"
        yield (
            f"{name} stands for {article} {kind} where {language} is spoken. A document takes "
            f"{rng.randint(9, 140)} days on average; {rng.randint(5, 90)} were issued last year "
            f"and {rng.randint(1, 20)} refused."
        )
        for head, pool in pools:
            slots = {"day": rng.choice(DAYS), "language": language}
            first = pool.draw(n=rng.randint(4, 19), **slots)
            second = pool.draw(n=rng.randint(4, 19), **slots)
            yield f"**{head}.** {first} {second}"
        yield "\n".join(
            (
                "| Question | Answer |",
                "|---|---|",
                f"| Photographs | {rng.choice((2, 4, 6, 8))}, {rng.choice(SIZES)} |",
                f"| Fee | {rng.choice(('none', '20 dollars', '45 dollars', '110 dollars'))} |",
                f"| Valid for | {rng.randint(14, 180)} days after issue |",
                f"| Escorts admitted | {rng.choice(ESCORTS)} |",
                f"| Last refusal | {rng.choice(REFUSALS)} |",
            )
        )
        yield (
            f"**From the log.** {log.draw(n=rng.randint(4, 19), day=rng.choice(DAYS))} "
            + log.draw(n=rng.randint(20, 60), day=rng.choice(DAYS))
        )


# --- Duties ---------------------------------------------------------------------------------

ROLES = (
    ("Intake Officer", "bookings", "the intake desk"),
    ("Docket Officer", "call-up dates", "the docket room"),
    ("Case Officer After the Order", "travel papers", "the removal unit"),
    ("Shift Supervisor", "posts and counts", "the watch office"),
    ("Control Room Officer", "doors and radios", "the control room"),
    ("Transport Supervisor", "vehicles and routes", "the motor pool"),
    ("Escort Team Leader", "the journey", "the escort desk"),
    ("Juvenile Coordinator", "children", "the juvenile desk"),
    ("Jail Liaison Officer", "detainers", "the county jail"),
    ("Bond Officer", "bonds", "the bond counter"),
    ("Property Officer", "money and bags", "the property room"),
    ("Records Supervisor", "files", "the file room"),
    ("Fugitive Team Leader", "leads and plans", "the team room"),
    ("Compliance Officer", "standards", "the review office"),
    ("Directives Coordinator", "policy texts", "the front office"),
    ("Duty Officer", "the night", "the duty telephone"),
)
DUTY_MORNING = (
    (
        "The day begins at {place} with the log of the night; anything about {thing} that is not "
        "closed there becomes the first task."
    ),
    "Before {h} o'clock the {role} has seen the board, the mail and the list of departures.",
    "The {role} relieves a colleague in person and asks three questions: who, what, by when.",
    (
        "A walk through the building comes before the computer. Talking with others about {thing} "
        "saves an hour of typing."
    ),
)
DUTY_CORE = (
    "At least {h} items are worked to the end each day; half-finished ones go back with a note.",
    "Whatever concerns {thing} is written down on the day it happens, with the hour and the name.",
    "Decisions above the rank of the {role} are prepared on half a page: facts, choices, advice.",
    "The {role} may stop any step that lacks a signature, whoever asks for haste.",
    "Visitors from other offices are given a chair, a copy and a straight answer at {place}.",
    "Figures on {thing} are counted on {day}, not estimated, and sent before the end of the day.",
)
DUTY_TROUBLE = (
    (
        "If the system fails, {place} goes over to paper; the pad is numbered and lies in the "
        "second drawer."
    ),
    "A threat, a fight or an illness ends all other work until {h} people know of it.",
    "If two orders contradict each other, the {role} follows the newer one and calls the author.",
    "If a promise cannot be kept, the person to whom it was made hears it from the {role} first.",
)
DUTY_EVENING = (
    "The day closes with a clean desk, a locked cabinet and one line in the log about {thing}.",
    "On {day} the {role} reads ten old entries and mends what later readers would not understand.",
    "Keys, radio and the telephone of {place} are handed over against a signature at {h}.",
    (
        "Twice a year the {role} changes places with a neighbour for {h} days, to learn what is "
        "needed there."
    ),
)


def duties(rng: random.Random) -> Iterator[str]:
    """One section for each post of a field office."""
    parts = [Pool(rng, part) for part in (DUTY_MORNING, DUTY_CORE, DUTY_TROUBLE, DUTY_EVENING)]
    for title, thing, place in ROLES:
        yield f"### {title}"
        role = title.lower()

        def say(pool: Pool, role: str = role, thing: str = thing, place: str = place) -> str:
            text = pool.draw(
                role=role, thing=thing, place=place, h=rng.randint(3, 9), day=rng.choice(DAYS)
            )
            return text[0].upper() + text[1:]

        yield f"{say(parts[0])} {say(parts[0])}"
        yield "\n".join(f"- {say(parts[1])}" for _ in range(3))
        yield f"{say(parts[2])} {say(parts[2])}"
        yield f"{say(parts[3])} {say(parts[3])}"


# --- Worked cases ---------------------------------------------------------------------------

NAMES = (
    "Amparo", "Bogdan", "Chidi", "Dalia", "Emeka", "Farida", "Goran", "Huong", "Ismael", "Jovana",
    "Kofi", "Leticia", "Mirela", "Nuno", "Olena", "Prakash",
)  # fmt: skip
CASE_FACTS = (
    "{name} was taken over from the jail of {place} on a {day} after serving {n} months for theft.",
    "{name} missed a hearing {n} years ago and was found when a headlight failed near {place}.",
    "{name} came to the counter in {place} of free will, with {n} letters in a plastic bag.",
    "{name} arrived at {place} with {n} others and a birth certificate that was still wet.",
    (
        "{name}, who had worked on a dairy farm for {n} years, was reported by a former partner in "
        "{place}."
    ),
    "{name} was moved to {place} overnight, and for {n} hours nobody could say where the file was.",
)
CASE_TURN = (
    "The officer noticed that the fingerprints belonged to someone else and stopped the bus.",
    "A sister then called and said that their father had been naturalized {n} years earlier.",
    "The consul asked for a photograph without a beard, and {name} would not shave.",
    "Two days before the flight a tooth became infected, and the nurse withdrew the clearance.",
    "Counsel faxed a motion to a machine that had been out of paper since {day}.",
    "At the gate {name} lay down, and the captain said that he would not fly.",
    "The bond had been paid by a neighbour who wanted it back because of a quarrel over a dog.",
    "It turned out that the warrant had been signed by a supervisor whose term ended on {day}.",
)
CASE_STEP = (
    "The supervisor set the departure back by {n} days and wrote the reason on the calendar.",
    "The docket officer ordered the old file from the records centre and read it to the end.",
    "A second interview was held with an interpreter from another city, over the telephone.",
    "The travel desk booked a route without a stop, which cost {n} dollars more and saved a week.",
    "The FOD called the consul general, whom she had met at a training, and apologized first.",
    "The case was put before government counsel with {n} questions, all of them short.",
)
CASE_LESSON = (
    "Lesson: compare the prints before the papers, for paper is patient.",
    "Lesson: ask about the parents of everyone, every time, and write the answer down.",
    "Lesson: a delay that is explained on one line costs nothing; one that is not costs the case.",
    "Lesson: the fax machine is part of the docket and deserves a daily look.",
    "Lesson: an escort who talks with the person on the eve rarely has to carry anyone.",
    "Lesson: the obligor is a partner of the office and has to be told what the words mean.",
    "Lesson: a list of acting officials hangs beside every desk where warrants are signed.",
    "Lesson: when the file is missing, so is the right to move the person.",
)
CASE_QUESTION = (
    "Question for the class: what would you have done on the first day?",
    "Question for the class: which of the papers was the strongest, and why?",
    "Question for the class: who else should have been told before {day}?",
    "Question for the class: how would the matter have ended {n} years earlier?",
    "Question for the class: what belongs into the log, and what does not?",
)


def cases(rng: random.Random) -> Iterator[str]:
    """One section for each worked case."""
    parts = [
        Pool(rng, part) for part in (CASE_FACTS, CASE_TURN, CASE_STEP, CASE_LESSON, CASE_QUESTION)
    ]
    places = Pool(rng, [place for place, *_ in FACILITIES])
    for at, name in enumerate(NAMES, start=1):
        place = places.draw()
        yield f"### Case {at}: {name}, {place}"

        def say(pool: Pool, name: str = name, place: str = place) -> str:
            return pool.draw(name=name, place=place, n=rng.randint(2, 28), day=rng.choice(DAYS))

        yield f"{say(parts[0])} {say(parts[1])}"
        yield f"{say(parts[2])} {say(parts[2])} After {rng.randint(3, 60)} days the matter ended."
        yield f"{say(parts[3])} *{say(parts[4])}*"


# --- Checklists and glossary ----------------------------------------------------------------

LISTS: dict[str, tuple[str, ...]] = {
    "Before a bus leaves": (
        "manifest compared with faces", "tires, lights and extinguisher looked at",
        "water for twice the length of the trip", "medical envelopes signed for",
        "seat belts tried", "route told to the control room", "toilet door opens from outside",
        "spare restraints counted", "interpreter's telephone number on the dashboard",
    ),
    "Before a flight": (
        "passport valid on arrival", "clearance received, not only asked for", "stay line called",
        "warrants queried", "baggage tagged", "captain informed", "medicine in the hand luggage",
        "receiving officer's name known", "cash paid out",
    ),
    "On the first day of a detainee": (
        "search by an officer of the same sex", "shower and clean clothes", "health questions",
        "telephone call", "handbook in a language that is read", "order to detain on file",
        "level assigned", "bed away from known enemies", "consulate told where a treaty asks it",
    ),
    "Before a door is knocked on": (
        "address confirmed twice", "picture shown to all", "nearest hospital named",
        "local police told", "children expected or not", "dogs expected or not",
        "words for consent rehearsed", "code for ending the attempt agreed",
    ),
    "When a bond is posted": (
        "obligor's identity paper copied", "street address, no box", "conditions read aloud",
        "cheque certified", "picture of the alien attached", "receipt given",
        "call-up set for the hearing", "release order signed by a supervisor",
    ),
    "When a policy arrives": (
        "title, number and date noted", "older text marked as superseded", "muster reading planned",
        "forms that change replaced", "questions sent to the owner", "local orders compared",
        "copy on the board taken down after thirty days",
    ),
    "When an inspector comes": (
        "room and key ready", "files drawn by the inspector, not by us", "no coaching of detainees",
        "menus of six weeks", "logs of the night shift", "findings answered in writing",
        "dates of repair named",
    ),
    "When a hurricane nears": (
        "buses fuelled", "beds inland reserved", "medicine packed for a week",
        "court and counsel told", "list of persons printed on paper", "generators run for an hour",
        "families of staff looked after",
    ),
}  # fmt: skip
GLOSSARY = (
    ("Absconder", "someone under an order who no longer lives where the office believes"),
    ("ADDRM", "the assistant director for detention and removal management, or that office"),
    ("Bed desk", "the person who knows tonight which bed is free"),
    ("Call-up", "the date on which a case asks for attention"),
    ("Collateral arrest", "the arrest of a person who was not the target"),
    ("Country clearance", "the consent of an American post to an official trip"),
    ("Docket", "all the cases for which one officer answers"),
    ("Final order", "a decision against which no regular appeal remains"),
    ("HQDRO", "headquarters of the Office of Detention and Removal"),
    ("IEA", "the agent who arrests, books, guards and drives"),
    ("LESC", "the centre in Vermont that answers police day and night"),
    ("Manifest", "the list of those who travel, which has to match the seats"),
    ("NFOP", "the national programme of teams that look for fugitives"),
    ("Obligor", "the one who signed the bond and receives the demand"),
    ("ORR", "the office that cares for children who came alone"),
    ("Reinstatement", "giving an executed order force again after an unlawful return"),
    ("RevCom", "the system in which drafts of policies are reviewed and commented on"),
    ("Sally port", "the room with two gates, one of which is always shut"),
    ("Staging", "gathering people at one place for a departure"),
    ("Stay", "a command that a removal wait"),
    ("Travel document", "a passport or a paper that serves for one journey"),
    ("Venue", "the court that hears a case"),
)


def checklists(rng: random.Random) -> Iterator[str]:
    """The checklists, each in an order of its own, with who ticks and how long it takes."""
    for title, items in LISTS.items():
        yield f"### {title}"
        who = rng.choice([role.lower() for role, *_ in ROLES])
        yield (
            f"Ticked by the {who} in about {rng.randint(4, 25)} minutes and kept for "
            f"{rng.randint(2, 24)} months. A point that cannot be ticked is told to the next "
            "higher officer before anything moves."
        )
        yield "\n".join(f"- {item}" for item in rng.sample(items, len(items)))


def glossary(_: random.Random) -> Iterator[str]:
    """The words of the manual with a plain meaning."""
    rows = "\n".join(f"| {word} | {meaning} |" for word, meaning in GLOSSARY)
    yield f"| Word | Meaning |\n|---|---|\n{rows}"


TOPICS: dict[str, Callable[[random.Random], Iterator[str]]] = {
    "offices": offices,
    "facilities": facilities,
    "forms": forms,
    "destinations": destinations,
    "duties": duties,
    "cases": cases,
    "checklists": checklists,
    "glossary": glossary,
}


def expand(body: str, doc_id: str) -> str:
    """Replace the `@generate TOPIC` lines of a body by generated sections."""

    def sections(match: re.Match[str]) -> str:
        topic = match[1]
        return "\n\n".join(TOPICS[topic](random.Random(f"{doc_id} {topic}")))

    return re.sub(r"(?m)^@generate (\w+)$", sections, body)
