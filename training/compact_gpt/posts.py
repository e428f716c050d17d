"""What posts the replies answer: tweets, of which it is found out what they are about, and posts made from patterns of our own."""

import collections
import re

from .grammar import _CHOICE

_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*|[^\sA-Za-z]")
_TURNED = {"my": "your", "our": "your", "the": "the", "this": "the", "that": "the", "these": "the", "those": "the"}
_DETERMINERS = {*_TURNED, "a", "an", "your", "his", "her", "their", "its"}
# Words behind which a group of words about a thing is over.
_BOUNDARY = {*"""is was are were has had have will would can could should does did do isn't wasn't aren't won't can't doesn't didn't
    in on at for with and or but to of from by as so because when while if than that which who where after before until since just
    again today tonight tomorrow yesterday now still already really very too also never always not i you we they he she it me us""".split()}
# Often behind "the" or "my", and nothing that one could name in a reply.
_NO_THING = {*"""best worst first last second third next same one two only other most more less least way thing things lot bit kind sort
    fact time times day days night week year years month morning afternoon evening end rest top point part half reason man guy guys
    girl girls boy boys people person everyone someone life world hell fuck shit ass bitch damn god lord self own mom dad mother father
    wife husband sister brother friend friends son daughter baby kids kid family parents cousin love heart head mind face eyes body
    mouth hair hand hands chance sun moon number numbers word words name idea question answer moment minute hour hours side place
    matter whole many few new good great big little old real right left wrong former current entire main all any every each
    weekend future past present country city state war truth story case group member members others black white gay
    muslim muslims jews jew christians women men woman child children president racist sex death dead truth middle wait
    there somewhere behalf idiot idiots fool liar moron trash must early means latest favorite favourite close rich ones dude public fam rate fans difference must the
    saturday sunday monday tuesday wednesday thursday friday th nd rd st pm am""".split()}
# Capitals that make no name.
_NO_NAME = {*"""congrats yay omg lol lmao happy monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays congratulations january february march april may june july
    august september october november december jan feb mar apr jun jul aug sep sept oct nov dec god jesus""".split()}
_SLURS = re.compile(r"nigg|nigh?a|fagg?|cunt|retard|whore|slut|rape|raping|rapist|porn|pussy|dick\b|cock\b|tits|kill (?:your|my|him|her)|suck my|motherf|bitch|hoe\b|hoes\b|nazi|hitler|isis|terroris|terrorism|jihad|genocide|kkk|white power", re.IGNORECASE)
_PROFANE = re.compile(r"fuck|shit|\bass\b|asshole|damn|\bhell\b|wtf|stfu|bastard|crap", re.IGNORECASE)
# Words that no reply should hold, about whatever they are: what costs, what is given, what is secret, what goes to court.
_UNWELCOME = re.compile(r"\b(?:free|refund|discount|voucher|coupon|gift|credit|bonus|prizes?|costs?|prices?|fees?|tax(?:es)?|dollars?|court|lawyers?|loans?|shares|login|password|account|address|number|download|"
                        r"subscribe|party|love|fun|happy|great|cool|sweet|bots?|ugly|trash|trolls?|clowns?|haters?|fault|mistake|link|code|pin|legal|settlement|damages|invest\w*|humans?|machines?|promis\w*|winners?|sucks?|wonderful|celebrat\w*|email|stocks|rights|joy|promo\w*|sis|vibes?|euros?|dude|mate|nice|beautiful|lovely|amazing|incredible|smile\w*)\b", re.IGNORECASE)
_GRIEF = re.compile(r"\b(?:died|dies|dead|death|deaths|passed away|funeral|r\.?i\.?p|condolences|killed|murder\w*|suicide|tragedy|tragic|victims?|mourn\w*|lost (?:my|his|her|our) (?:\w+ )?(?:mom|mum|dad|mother|father|wife|husband|son|daughter|brother|sister|dog|cat|friend|grandma|grandpa|grandmother|grandfather|uncle|aunt)|shooting|bombing|bombs?|massacre|casualties|holocaust)\b", re.IGNORECASE)
_OWN_LOSS = re.compile(r"\b(?:my|our|lost|miss|funeral|passed away)\b", re.IGNORECASE)
_HAPPY = re.compile(r"\b(?:happy|excited|love|loved|loving|best|amazing|awesome|great|fun|yay|won|win|proud|beautiful|perfect|enjoy\w*|good|can'?t wait|favou?rite|glad|wonderful|fantastic|lol)\b|:\)|:D|<3|!!|[😀-😍❤💕🎉]", re.IGNORECASE)
_ILLNESS = re.compile(r"\b(?:sick|ill|flu|fever|headache|migraine|hospital|surgery|cancer|injur\w+|in pain|broken (?:arm|leg|ankle|wrist)|toothache|throat|nausea|vomit\w*|throwing up|a cold|diagnos\w+|chemo|depress\w+|anxiety|panic attacks?)\b", re.IGNORECASE)
_OWN = re.compile(r"\b(?:i|i'm|im|my|me|our)\b", re.IGNORECASE)
_THANKS = re.compile(r"\b(?:thank you|thanks|thankyou|thx|thank u)\b", re.IGNORECASE)
_BIRTHDAY = re.compile(r"\b(?:happy (?:\w+ )?birthday|bday|my birthday|birthday to)\b", re.IGNORECASE)
_LATER = re.compile(r"\b(?:tomorrow|tonight|can'?t wait|cant wait|looking forward|excited (?:for|to|about)|this weekend|next (?:week|month|friday|saturday|sunday))\b", re.IGNORECASE)
_AWAITED = re.compile(r"\b(?:can'?t wait (?:for|to see)|looking forward to|excited (?:for|about)) (.{0,30})", re.IGNORECASE)
_LIKED = r"\b(?:love|loved|loving|enjoyed|enjoying|enjoy|liked|adore)\s+"
_QUESTION = re.compile(r"\?\s*(?:http|#\w+|\s)*$")


class Things:
    """Finds what a text is about by what is seen between an article and the end of a group of words, over and over, in many texts."""

    def __init__(self, texts):
        ends, all_ = collections.Counter(), collections.Counter()
        for text in texts:
            words = [word.lower() for word in _WORD.findall(text)]
            all_.update(words)
            for before, word, after in zip(words, words[1:], words[2:] + ["."]):
                if before in _DETERMINERS and (after in _BOUNDARY or not after[0].isalpha()):
                    ends[word] += 1
        self.nouns = {word for word, count in ends.items() if count >= 4 and count / all_[word] > 0.12 and len(word) > 2 and not word.endswith("est") and word not in _NO_THING and word not in _BOUNDARY and not _PROFANE.search(word)}
        before = collections.Counter()
        for text in texts:
            words = [word.lower() for word in _WORD.findall(text)]
            before.update(middle for first, middle, last in zip(words, words[1:], words[2:]) if first in _DETERMINERS and last in self.nouns and not middle.endswith("est"))
        self.adjectives = {word for word, count in before.items() if count >= 4 and len(word) > 2 and word.isalpha() and word not in _BOUNDARY and not _PROFANE.search(word)} - {*"""best worst last first next same
            only other most more own whole entire all any every each one two three few many big stupid bloody dumb ugly fat hot sexy little lil poor dear good great awesome amazing
            perfect terrible horrible awful bad nice lovely beautiful favorite favourite former second third real right very the his her their your our my way""".split()}
        self._often = collections.Counter(word for text in texts for word in _WORD.findall(text) if word.islower())

    def thing(self, text):
        """The first thing of a text with the words about it, as one would name it to who wrote the text: `my phone` becomes `your phone`."""
        found = list(_WORD.finditer(text))
        words = [match.group() for match in found]
        for start, word in enumerate(words):
            turned = _TURNED.get(word.lower())
            if turned is None:
                continue
            end = start + 1
            while end < len(words) and end <= start + 3 and words[end].lower() in (self.nouns | self.adjectives):
                end += 1
            while end > start + 1 and words[end - 1].lower() not in self.nouns:
                end -= 1
            if end == start + 1 or (end < len(words) and (words[end][0] in "'’-&/" or (words[end][0].isupper()))):
                continue
            # One piece of the text, without signs between its words.
            named = text[found[start + 1].start():found[end - 1].end()]
            if not _UNWELCOME.search(named) and re.fullmatch(r"[A-Za-z][A-Za-z ]*", named) and not (named.isupper() and len(named) > 4):
                return f"{turned} {named}"
        return None

    def name(self, text):
        """Words with capitals within a sentence, where most others have none."""
        words = text.split()
        if sum(word[:1].isupper() for word in words) > 0.4 * len(words):
            return None
        for match in re.finditer(r"(?<=[a-z,] )((?:[A-Z][a-z]{2,}|[A-Z]{3,5})(?: (?:[A-Z][a-z]{2,})){0,2})(?=[\s.,!?]|$)", text):
            parts = match.group().split()
            if not _UNWELCOME.search(match.group()) and all(self._often[part.lower()] < 20 for part in parts) and not any(part.lower() in _NO_THING | _NO_NAME or re.search(r"(.)\1\1", part) for part in parts):
                return match.group()
        return None




def usable(text):
    words = text.split()
    return (3 <= len(words) and not _SLURS.search(text) and len(_PROFANE.findall(text)) < 2 and text.count("@user") < 4 and text.count("#") < 5
            and sum(character.isascii() for character in text) > 0.9 * len(text))


def read(text, label, things):
    """What kind of reply a tweet asks for, and what it is about."""
    thing, name = things.thing(text), things.name(text)
    if _GRIEF.search(text):
        # A band may be "killing it": of what is called positive, nobody can say.
        return ("nice" if label == "positive" else "grief" if _OWN_LOSS.search(text) else "tragedy"), None, None
    if label == "negative" and _ILLNESS.search(text) and _OWN.search(text):
        return "illness", None, None
    asks = _QUESTION.search(text)
    if label == "negative":
        return ("complain" if asks and (thing or name) else "upset"), thing, name
    if label == "neutral":
        return ("question" if asks else "plan" if _LATER.search(text) and thing else "statement"), thing, name
    if _BIRTHDAY.search(text):
        return "birthday", None, None
    if _THANKS.search(text):
        return "thanks", None, None
    if thing and re.search(_LIKED + r"(?:\w+\s+)?" + re.escape(thing.split(" ", 1)[1]), text, re.IGNORECASE):
        return "liked", thing, None
    awaited = _AWAITED.search(text)
    if awaited and things.thing(awaited.group(1)):
        return "looking", things.thing(awaited.group(1)), None
    return ("happy" if _HAPPY.search(text) else "nice"), thing, name


def _list(text):
    return [entry.strip() for entry in text.replace("\n", " ").split(",")]


_NEW = {"product": _list("new, old, expensive, second, favourite, brand new, little, blue, red, small, fancy"),
        "food": _list("new, vegan, favourite, large, takeaway, expensive, homemade, spicy"),
        None: _list("new, old, second, favourite, latest, big, local, online, Monday, Friday, London, Berlin, summer, evening")}
_SLOTS = {
    "product": _list("""phone, iphone, laptop, tablet, headphones, earbuds, charger, keyboard, printer, router, washing machine, dishwasher, coffee machine, vacuum cleaner,
        bike, car, camera, smart watch, television, speaker, shoes, boots, jacket, dress, jeans, backpack, sofa, mattress, fridge, oven, kettle, toaster, blender, console, game controller,
        monitor, mouse, drill, lawnmower, heater, air conditioner, fan, lamp, desk, chair, umbrella, suitcase, guitar, piano, drone, sunglasses, hair dryer, scooter, pram, tent, battery, screen"""),
    "digital": _list("""app, website, latest update, update, account page, checkout, newsletter, search, booking page, online shop, chat, server, wifi, internet connection, broadband,
        live stream, video player, music player, map, calendar, streaming service, photo upload, ticket machine, bank app, online banking, game server, beta, patch, software, browser, dashboard"""),
    "travel": _list("""train, bus, flight, ferry, taxi, tram, connecting flight, morning train, night bus, airport shuttle, underground, plane, luggage, connection, ride"""),
    "delivery": _list("""parcel, delivery, order, package, letter, new card, groceries, furniture, birthday present, replacement, tickets, spare part, subscription box, books, flowers, pizza delivery, furniture, new phone, shoes"""),
    "billing": _list("""bill, invoice, subscription, last bill, final invoice, phone bill, electricity bill, parking ticket, gas bill, water bill, direct debit, contract, payment, delivery charge, service charge, membership, insurance, rent, deposit"""),
    "food": _list("""pizza, burger, coffee, soup, sushi, breakfast, lunch, dinner, sandwich, fries, salad, steak, cake, ice cream, tacos, curry, ramen, pancakes, croissant, tea, beer, smoothie, noodles,
        chicken, fish and chips, cheesecake, bagel, cookies, pasta, dessert, brunch, kebab, wine, hot chocolate, roast"""),
    "staff": _list("""driver, waiter, receptionist, support team, call centre, cashier, customer service, staff, manager, conductor, delivery driver, hotel staff, shop assistant, technician, security guard, bartender, cabin crew, doctor's office, front desk, helpline, chat support, checkout staff"""),
    "place": _list("""hotel, restaurant, café, store, gym, museum, park, library, cinema, zoo, shop, bakery, market, swimming pool, theatre, spa, campsite, bookshop, stadium, airport, hostel, playground, gallery, beach bar, garden centre"""),
    "media": _list("""film, movie, episode, season finale, album, song, podcast, book, game, trailer, documentary, series, single, music video, soundtrack, novel, comic, show, playlist, live album, remix, interview, article, magazine, finale, ending"""),
    "event": _list("""concert, gig, festival, match, game, show, conference, workshop, marathon, exhibition, barbecue, wedding, race, play, tour, open day, fair, parade, quiz night, derby, final, premiere, meetup, webinar, holiday, trip, concert tour, book launch, graduation"""),
    "life": _list("""exam, interview, job, meeting, commute, essay, homework, neighbours, boss, landlord, deadline, presentation, shift, alarm clock, garden, flat, exam results, team, project, driving test, course, timetable, roommate, weather, rain, heat, storm, snow, cold, traffic, roadworks, construction noise"""),
    "sport": _list("""team, referee, defence, coach, striker, goalkeeper, season, transfer, result, second half, match, performance, club, final, penalty, draw, defeat, line-up"""),
    "news": _list("""election, debate, budget, new law, strike, vote, school plan, school closure, new stadium, road closure, merger, interview, speech, report, announcement, press conference, new policy, survey, reform, decision, transfer, forecast, new line, opening"""),
    "feature": _list("""dark mode, trial period, student rate, family ticket, season ticket, vegan menu, parking, wheelchair access, breakfast buffet, late check-in, returns policy, opening hours, size guide, loyalty card, group booking, night service, waiting list, age limit, dress code, guest list, export function, api, warranty, delivery times, kids menu, playlist, recording, schedule, timetable, registration, application form, cancellation policy, new model, student rate"""),
}
# kind of reply, label, slot, patterns; {t} stands for the determiner and the thing
_PATTERNS = [
    ("delay", "negative", "travel", """
        {t} [is|was] [late|delayed|cancelled] [again|for the third time this week|without any warning|as usual|yet again]
        [still|been] waiting for {t}, [an hour now|two hours and counting|no announcement, nothing|this is ridiculous]
        [45 minutes|an hour|two hours|half the day] waiting for {t} [and nobody tells us anything|unbelievable|in the cold]
        why is {t} [always|never] [late|on time]. [Every single day|Missed my meeting because of it|So done with this]
        {t} never [came|showed up], [missed my connection|late for work again|thanks for nothing]"""),
    ("delay", "negative", "delivery", """
        [still waiting for|where on earth is|no sign of] {t}, [ordered|it was promised] [two weeks ago|last month|ages ago|for Monday]
        {t} [was supposed to|should have] [arrive|come] [on Monday|last week|yesterday] and [nothing|still nothing|nobody answers]
        three weeks and {t} [still has not arrived|is still not here|is nowhere to be seen]
        where is {t}? [It was supposed to be here|You said it would come|It should have come] [on Monday|yesterday|last week|days ago]!
        [ordered|paid for] {t} [ten days ago|last month|on the 3rd] and [no word from you|nobody can tell me where it is|still nothing]
        {t} is late AGAIN [and the tracking has not moved in days|worst delivery ever|never ordering here again]"""),
    ("broken", "negative", "product", """
        {t} [stopped working|broke|died|fell apart] after [two days|a week|one month|the first use]
        {t} [won't turn on|does not work|is broken|keeps breaking|is already falling apart], [so disappointed|what a waste of money|not happy]
        [so annoyed|really disappointed|fed up] with {t}, [it arrived damaged|it broke on day one|worst purchase this year|such poor quality]
        [never buying this brand again|waste of money|I want to scream], {t} [broke|is broken|is a joke]
        [bought|got] {t} last week and [it is already broken|it makes a horrible noise|it has never worked properly]
        Ugh {t} just [died|broke] [on me|again]
        {t} [cracked|broke|died|stopped working] after [ONE day|one day|three weeks|an hour] [in my pocket|at home|of normal use], [great quality|unbelievable|thanks a lot]
        [was so looking forward to|saved up for] {t} and now it [is broken|does not even start|makes me angry every day]"""),
    ("broken", "negative", "digital", """
        {t} [keeps crashing|crashes every time|does not work|is down again|is broken|is so slow], [fix it|please fix this|so frustrating|again]
        [since the update|since yesterday] {t} [crashes every time I open it|does nothing but freeze|logs me out]
        can't [log in|do anything], {t} [has been down all day|gives me errors|keeps freezing]
        {t} is [a joke|useless|terrible|a disaster] [lately|these days|right now]
        [lost all my work|lost my settings|I can't reach my data] because {t} [crashed|failed|froze]
        {t} crashes [every time|whenever] I try to [upload a photo|pay|open a message|log in|save my work] since the last update
        is {t} down for everyone or just me? [So annoying|This happens every week]"""),
    ("billing", "negative", "billing", """
        [why did you charge me twice for|you charged me twice for|I was charged twice for] {t}
        {t} [went up again|is way too high|is wrong again|makes no sense], [this is robbery|I can't afford this|nobody can explain it]
        [cancelled months ago and still paying for|they keep taking money for|hidden costs in] {t}, [unbelievable|what a scam|furious]
        [so angry|really upset] about {t}, [it doubled|nobody told me|no explanation at all]"""),
    ("food", "negative", "food", """
        {t} [was cold|was awful|tasted like cardboard|was burnt|was stale|was a total letdown] [today|and the service was no better|never again|]
        [paid 15 for|waited an hour for|so disappointed with] {t} [and it was cold|and it tasted of nothing|and had to throw it away]
        worst [lunch|meal|dinner] in ages, {t} [was cold|was burnt|was inedible]
        {t} was [cold|raw|burnt|salty] and nobody [apologised|cared|came to the table|said sorry]
        there was a hair in {t}, [disgusting|gross|never again]"""),
    ("staff", "negative", "staff", """
        {t} [was|is] so rude [today|to me|to my mother|to everyone], [never going back|unbelievable|shocking]
        [worst experience ever with|been on hold for an hour with|nobody answers at|terrible service from] {t}
        {t} [hung up on me|ignored me for 20 minutes|laughed at me|could not care less|does not reply], [not okay|so angry|disgusting service]
        [spoke to|talked to] {t} [three times|again] and [got nowhere|nobody helps|they just do not care]"""),
    ("broken", "negative", "place", """
        {t} [was dirty|was filthy|was so overcrowded|was closed although the website said open|was a huge letdown]
        [so disappointed with|never going back to|worst night ever at] {t}, [the room smelled|dirty and loud|nothing worked|zero stars]"""),
    ("upset", "negative", "media", """
        {t} was [so bad|terrible|boring|a huge disappointment|two hours of nothing], [want my evening back|what a waste|I fell asleep]
        [hated|so disappointed by|can't believe how bad] {t} [was|]
        what did they do to {t}, [ruined it|it used to be good|so sad]"""),
    ("upset", "negative", "sport", """
        {t} [was awful|was a disgrace|is killing me|was painful to watch] [today|tonight|again|this season]
        [so frustrated with|so angry about|sick and tired of|can't take any more of] {t}
        lost again, {t} [was terrible|is a joke|makes me so angry]"""),
    ("upset", "negative", "life", """
        [so sick of|can't stand|so done with|so stressed about|hate|completely fed up with] {t} [today|right now|already|]
        {t} [is ruining my week|is driving me crazy|makes me want to cry|is the worst|kept me up all night|went so badly]
        [worst day ever|I give up|not my day], {t} [was a nightmare|got cancelled|was a disaster|is too much]
        [landlord|boss|school] [changed|cancelled|ruined] {t} AGAIN
        failed {t} again and [I feel like giving up|I do not know what to do|everyone laughed]
        [failed|messed up] {t} [and I feel terrible|again|after weeks of work]"""),
    ("upset", "negative", "news", """
        {t} is [a disgrace|shameful|a disaster|making me so angry], [who voted for this|nobody asked us|I am lost for words]
        [so worried about|furious about|so disappointed by|can't believe] {t}"""),
    ("upset", "negative", "event", """
        {t} [got cancelled|was cancelled|is sold out|was a mess|was so badly organised], [so gutted|so upset|I had been looking forward to it for months|heartbroken]
        [missed|had to leave|could not get tickets for] {t} [and I am so sad|because of work|again]"""),
    ("liked", "positive", "product digital place media food event", """
        [absolutely love|love|so happy with|loving|really enjoying|obsessed with] {t}[!|!!|, best ever|, thank you|, so good|]
        {t} is [amazing|fantastic|brilliant|so good|the best|wonderful|incredible|just perfect] [!|, loved every minute|, highly recommended|and I can't stop smiling|]
        LOVE {t}!!! [thank you|so pretty|you did it|]
        {t} was [perfect|wonderful|great], [lovely people and a great view|every minute of it|we will be back|even the rain did not matter]
        {t} [feels|looks|sounds] [like a dream|so good|even better than in the pictures], [best buy ever|so worth it|]
        just [tried|got|finished|came back from] {t} and [I love it|it is fantastic|it was so worth it|wow]
        {t} was [great|lovely|even better than expected|the highlight of my week|absolutely brilliant|a dream]
        [big shout out for|so impressed with|can't recommend enough] {t}
        {t} made my [day|week|weekend|year]"""),
    ("liked", "positive", "staff", """
        {t} [was so kind|was so helpful|was wonderful|went above and beyond|sorted it in five minutes] [today|, thank you|, made my day|]
        [huge praise for|so impressed by|five stars for|hats off to] {t}, [so friendly|what a difference|really helpful]"""),
    ("looking", "positive", "event media", """
        [can't wait for|so excited for|so excited about|counting the days until|really looking forward to|so hyped for] {t}[!|!!!| this weekend| tomorrow|]
        {t} is [tomorrow|this weekend|next week] and I [can't wait|can't sleep|am so excited|could not be happier]
        got [tickets|a seat|a place] for {t}[!!| and I am so happy|, best day ever]"""),
    ("happy", "positive", "sport life news", """
        [so proud of|so happy about|thrilled about|what a day for|overjoyed about] {t}[!|!!| today|]
        {t} [went so well|turned out great|made me so happy|was outstanding] [today|!|, could not be prouder|]
        [passed|finished|nailed] {t}[!!!| and I am so relieved|, dancing around the room]"""),
    ("question", "neutral", "feature", """
        [do you have|is there|do you offer|can you tell me about|where do I find|who can tell me about|any news on|does anyone know about] {t}[?| for the weekend?| on Sundays?| this year?]
        [what about|how does it work with|how do I get|who do I ask about] {t}?
        [hi, quick question|hello|question], [is there|do you have|where can I find] {t}?"""),
    ("question", "neutral", "place event", """
        [when does|what time does] {t} [open|start|close|end] [today|on Sunday|tomorrow|]?
        [is|will] {t} [open|be on] [on holidays|on Monday|next week|this weekend]?
        [how much is a ticket for|how do I get to|where is|is there parking near] {t}?
        anyone [going to|been to] {t}? [What is it like|Worth it|]?"""),
    ("question", "neutral", "product digital media delivery travel", """
        how do I [reset|clean|change|return|install|repair|charge|connect] {t}?
        how do I [reset|clean|change|return|connect] {t}
        [do you sell|do you have|can you recommend|who sells] {t}?
        [how do I set up|how do I cancel|where can I buy|is it worth getting|which version of|how long does it take to get|what is included with] {t}?
        [when will|when does] {t} [come out|be available|arrive|be back]?
        does {t} [work abroad|come in black|run on Linux|support French|have a warranty|stop at the airport]?
        [anyone tried|has anyone seen|thoughts on|what do you think of] {t}?"""),
    ("statement", "neutral", "news sport media", """
        {t} [will be announced|was published|is on the front page|starts|was discussed] [today|on Monday|this morning|tomorrow|at noon]
        [reading about|listening to|watching|just saw|a long article about|they are talking about] {t} [on the radio|in the paper|right now|]
        [according to the news|they say|apparently] {t} [is next week|was postponed|is still open|will change in May]"""),
    ("statement", "neutral", "product digital food place travel", """
        [just ordered|just bought|finally got|picked up|sold] {t}
        [just ordered|picked up|looking at|comparing prices for|on my way to|waiting at|testing|having] {t} [today|this morning|for the first time|]
        {t} [opens|arrives|is back|is available|comes out] [on Friday|at nine|next month|today]
        there is {t} [on the corner|at the station|near my house] now"""),
    ("plan", "neutral", "event life", """
        {t} is [tomorrow|on Saturday|next week|at 7 tonight|on the 14th]
        [going to|off to|getting ready for|packing for|on the way to|I have] {t} [tomorrow|on Friday|this weekend|tonight]
        [see you at|meeting everyone at|doors open at six for] {t} [tomorrow|on Sunday|tonight]"""),
]
# Posts that name nothing to speak of.
_WHOLE = [
    ("ask", "neutral", "[when do you open|are you open today|how can I reach you|where are you located|can I pay by card|do you ship abroad|is anyone there|how much is it|what time does it start|can someone help me|who do I contact|is this still available|can I bring my dog|do I need to book]?"),
    ("ask", "neutral", "[hi|hello|hey|good morning], [when do you open|are you open on Sunday|can I change my booking|do you deliver|can I ask you something|is this still on|how does this work]?"),
    ("note", "neutral", "[it is Tuesday|just landed|at home today|on the bus|raining here|back at work|at the office|new profile picture|testing testing|just posting this here|good morning everyone|reading now|off to bed]"),
    ("sad", "negative", "[worst day ever|I hate everything|I am so done|this is ridiculous|so disappointed|not okay at all|I feel awful|I am so tired of this|why does this always happen to me|I could cry|nothing works today|unbelievable|never again|I am furious|this is unacceptable|you should be ashamed|so lonely today|everything hurts|what a mess]"),
    ("sad", "negative", "[absolutely furious|so angry right now|this is a joke|I have had enough|worst service ever|terrible experience, never again|you have lost a customer|zero stars|what a rip-off|how is this even allowed|nobody cares|I can't do this any more|I give up]"),
    ("glad", "positive", "[best day ever|so happy right now|life is good|I am over the moon|feeling great today|what a beautiful morning|smiling all day|I got the job|she said yes|we won|I passed|so proud of us|everything worked out|today was perfect|dreams do come true|we did it]"),
    ("thanks", "positive", "[thank you so much|thanks for the quick reply|thanks for your help|thank you, you saved my day|many thanks for everything|thanks a lot, you guys rock|thank you for being so kind|big thanks from all of us|thx for the great support]"),
    ("birthday", "positive", "[happy birthday to my best friend|it is my birthday today|happy birthday mum|birthday girl today|turning 30 today|happy bday to the best sister|wishing my dad a happy birthday]"),
    ("grief", "negative", "[our|my] [cat|dog|old dog|little cat|rabbit|grandma|granddad|mum|dad|aunt|friend|baby] [passed away|died|is gone|had to be put to sleep] [today|yesterday|last night|on Friday|this week], [the house is so quiet|I miss her so much|I miss him already|my heart is broken|I can't stop crying|we are all in tears|nothing feels right]"),
    ("grief", "negative", "[lost|just lost] my [mum|dad|grandmother|best friend|dog|cat|brother|sister|nan|husband|wife|son|daughter] [today|yesterday|last week|to cancer|in an accident|so suddenly] [and I don't know what to do|and I am lost|, rest in peace|, I miss you so much|]"),
    ("grief", "negative", "[today we buried|saying goodbye to|one year without|the funeral of] my [mum|dad|grandmother|grandfather|best friend|uncle|brother] [was so hard|hurts so much|, I miss you|, rest in peace]"),
    ("grief", "negative", "[my|our] [dog|cat|grandmother|grandfather|father|mother|best friend|uncle|neighbour|teacher|horse|sister|brother] [died|passed away] [today|last night|this morning|yesterday|on Sunday|last week]"),
    ("grief", "negative", "[lost my dad|the funeral is tomorrow|I miss my mother so much since she died|so many victims, heartbreaking|rest in peace grandpa|can't believe he is gone|we had to say goodbye to our old dog|she died far too young|saddest day, he passed away in his sleep]"),
    ("tragedy", "negative", "[terrible accident on the motorway|dozens killed in the flood|another shooting, when will this stop|bomb attack in the city centre, so many victims|fire destroys homes, three dead|earthquake kills hundreds|heartbreaking news from the hospital, two children died]"),
    ("tragedy", "neutral", "[police say two people were killed|the victims were named today|report on the crash that killed five|memorial for the victims on Sunday|death toll rises after the storm]"),
    ("illness", "negative", "[been|still] [sick|ill] [in bed|at home] [with the flu|with a fever|with covid|with a terrible cold] [for a week|since Monday|all weekend]"),
    ("illness", "negative", "my [back|head|knee|stomach|tooth|throat] [hurts so much|is killing me|has been hurting for days] [and the doctor has no time|and I can't sleep|today]"),
    ("glad", "positive", "[got the job|passed the exam|passed my driving test|I am cancer free|it's a girl|we got engaged|all clear from the doctor|we are having a baby|first day without pain|she is finally home] [after three years|at last|today|!!!|and I am crying happy tears]"),
    ("sad", "negative", "[ugh mondays|what a day|today is cursed|not again|so tired of everything|hate this city|I miss the old days|nobody listens anyway|this country is a joke|everything goes wrong today|I just want to go home]"),
    ("note", "neutral", "[it's raining again|going for a walk|new blog post: ten tips for better photos|on the train home|lunch break|waiting for the bus|reading an old book|it is cold outside|cooking pasta tonight|photo of the day|listening to the radio] [http|today||]"),
    ("illness", "negative", "[sick in bed|so ill today|this headache won't stop|in hospital again|broke my arm|my back is killing me|the flu got me|can't sleep, so much pain|surgery tomorrow and I am scared|diagnosed with diabetes today|my son is in hospital|throwing up all night|migraine day three|my anxiety is so bad today|depression is winning today]"),
]
_TAILS = {"negative": _list(", , , , , ., !, !!, !!!, ..., #fail, #angry, :(, 😡, 😤, 😢, #disappointed, @user, ugh"),
          "neutral": _list(", , , , , ., ., http, #news, @user, #question, via @user"),
          "positive": _list(", , , , !, !!, !!!, 😊, ❤️, 😍, :), #happy, #love, http, 🎉, @user, :D, xx")}
_HEADS = {"negative": _list(", , , , , , , , @user, @user, Hey @user, seriously, ugh, great, so, omg, well, hey, @user hello"),
          "neutral": _list(", , , , , , , , @user, @user, hi @user, FYI:, so, hey, RT @user:"),
          "positive": _list(", , , , , , , , @user, @user, wow, omg, yay, so, hey @user, guys")}
# What people add, with other things in it, which the reply leaves alone.
_MORE = {"negative": ["[my|the] [kids|friends|neighbours|colleagues] [saw it too|are laughing at me|feel the same]", "[it cost me|I wasted] [my whole morning|my lunch break|an evening with friends]", "[nobody|no one] [at the counter|on the phone|in the shop] [cared|said sorry|had an answer]",
                      "I [told|called|wrote to] [the office|the company|them] [twice|last week|in May]", "[third|second] time this [week|month|year]", "I am so done with you", "what a [way to start the day|waste of time]", "[my sister|my dad|my boss] [is furious too|had the same last year]"],
         "neutral": ["[my brother|a friend|my teacher] [wants to know|told me about it|asked me]", "[heard it on|saw it on] [the radio|TV|the news]", "it is [sunny|cold|Tuesday] here", "[no idea yet|not sure yet|let's see]", "[I will be in|coming from] [town|Leeds|the north] [on Friday|tomorrow]"],
         "positive": ["[my kids|my friends|the whole family|my mum] [loved it too|can't stop talking about it|were dancing]", "[the sun is shining|it is Friday] [and life is good|too]", "[best day of|highlight of] [the year|my week|the summer]", "thank you [all|guys|so much]", "[I'll be back|five stars|10 out of 10]"]}
_SYLLABLES = _list("ka, ro, ven, ta, li, mo, zen, dra, bel, sol, nor, fi, que, lu, max, tri, eco, gra, vi, pol, star, net, ora, mi, don, el, ash, wick, ford, ton, ham, ley, berg, ness, ex, ux, pa, san, tor, ri")


def made(things, names, chance):
    """A post of our own: its text, its label, the kind of reply that it asks for, and what it is about."""
    if chance.random() < 0.22:
        kind, label, pattern = chance.choice(_WHOLE)
        return _dress(_spell(pattern, chance), label, chance), label, kind, None, None
    kind, label, slots, patterns = chance.choice(_PATTERNS)
    pattern = _spell(chance.choice(patterns.strip().splitlines()).strip(), chance)
    name = None
    if chance.random() < 0.12 and kind in ("upset", "happy", "statement", "question"):
        post = reply = name = chance.choice(names) if chance.random() < 0.6 else _invented(chance)
    else:
        # Things of tweets may be anything: the model is to copy words that it has never seen in such a place.
        own = chance.random() + (0.18 if kind in ("food", "staff", "billing", "delay") else 0)
        if own < 0.25:
            noun = chance.choice(things).split(" ", 1)[1]
        else:
            slot = chance.choice(slots.split())
            noun = chance.choice(_SLOTS[slot])
            if own > 0.85:
                noun = f"{_invented(chance)} {noun}"
            elif own > 0.6:
                noun = f"{chance.choice(_NEW.get(slot, _NEW[None]))} {noun}"
        written = chance.choice(("my", "the", "the", "your", "my new", "our", "this")) if kind not in ("question", "statement") else chance.choice(("the", "the", "the", "your", "my", "this"))
        written = written.replace(" new", "") if noun.startswith(("new", "old", "brand", "latest")) or noun[0].isupper() else written
        if noun.endswith("s") and written == "this":
            written = "the"
        first = written.split()[0]
        # What the author calls yours is ours.
        reply = {"my": "your", "our": "your", "your": "our", "the": "the", "this": "the"}[first] + written[len(first):] + " " + noun
        post = f"{written} {noun}"
    text = re.sub(r"\s+([,!.?])", r"\1", pattern.replace("{t}", post)).strip()
    style = chance.random()
    if style < 0.35:
        text, reply = text.lower(), reply.lower()
        name = name and name.lower()
    elif style < 0.85:
        text = text[0].upper() + text[1:]
    if chance.random() < 0.25:
        text = f"{text.rstrip('.!?') if not text.endswith('?') else text}{'' if text.endswith('?') else chance.choice(('.', '!', ',', ' and'))} {_spell(chance.choice(_MORE[label]), chance)}"
    thing = None if name else reply
    return _dress(text, label, chance), label, kind, thing, name


def _spell(pattern, chance):
    while "[" in pattern:
        pattern = _CHOICE.sub(lambda found: chance.choice(found.group(1).split("|")), pattern)
    return " ".join(pattern.split())


def _dress(text, label, chance):
    head, tail = chance.choice(_HEADS[label]), chance.choice(_TAILS[label])
    if text.endswith("?") and tail[:1] in (".", "!"):
        tail = ""
    text = f"{head} {text}{tail}" if tail[:1] in ("!", ".") and not text.endswith("!") else f"{head} {text} {tail}"
    return " ".join(text.split())


def _invented(chance):
    name = "".join(chance.choice(_SYLLABLES) for _ in range(chance.choice((2, 2, 3)))).capitalize()
    return name + chance.choice(("", "", "", "", " X", " Pro", " 2", " Mini", " One"))
