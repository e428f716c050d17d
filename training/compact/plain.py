"""
Short plain texts, which tweets for research hardly contain: made from word lists and sentence patterns of our own.

Each is a text with a share for negative, neutral and positive, since "not bad" is praise to most people, not to all.
"""

import random

GOOD = """good great amazing awesome wonderful fantastic excellent perfect lovely beautiful brilliant superb delicious nice
cool fun fast helpful friendly reliable impressive outstanding delightful charming incredible stunning cute sweet tasty
adorable gorgeous fabulous terrific comfy smooth solid fresh kind useful exciting magical inspiring hilarious funny
enjoyable pleasant clever polite generous""".split()
BAD = """bad terrible awful horrible disgusting disappointing useless boring ugly broken slow rude annoying dreadful pathetic
ridiculous stupid worthless lousy nasty poor disgraceful unacceptable garbage trash rubbish crap gross painful
frustrating depressing unfair shameful cheap overpriced noisy dirty lame miserable scary unreliable bland cold sloppy
laughable tedious hopeless infuriating sad tragic toxic""".split()
MIXED = """ok okay fine average so-so mediocre alright acceptable normal ordinary standard""".split()

THINGS = """movie film song album book game phone laptop camera app update website show episode concert match team coach
restaurant hotel room food pizza coffee service staff support driver flight train bus delivery package order product
screen battery keyboard design interface story ending class teacher weather day weekend party holiday trip place store
shop price car bike dress jacket video article idea plan song speech interview new version release event""".split()
PLAIN_THINGS = """table chair window door book box desk wall road bridge lamp shelf bag bottle cup key letter page screen
ticket form list map number report file folder station platform office building garden tree river street kitchen bus
camera cable printer notebook paper""".split()
COLOURS = "red blue green black white grey brown yellow silver orange".split()
PLACES = ["on the table", "in the box", "next to the door", "on the second floor", "at the station", "in the city centre",
          "near the river", "in room 12", "at the office", "on page 4", "behind the desk", "in the north"]
TIMES = ["at 3pm", "at noon", "on Monday", "tomorrow", "next week", "at 8:30", "on 12 May", "this evening", "tonight at 7",
         "in October", "on Friday at 10", "in two weeks", "at the end of the month"]
EVENTS = """meeting match game train flight show lecture conference webinar concert election class course exhibition session
workshop interview call update release film ceremony""".split()
ANIMALS = "dog cat horse cow bird fish".split()

VERY = ["", "", "", "so", "really", "very", "pretty", "just", "absolutely", "totally", "quite", "sooo", "super", "such a"]
ENDS = ["", "", "", ".", ".", "!", "!!", "!!!", "..."]
SUBJECTS = ["this is", "it is", "it's", "that was", "this was", "it was", "that is", "that's", "the {thing} is", "the {thing} was",
            "this {thing} is", "your {thing} is", "what you did was", "their {thing} is", "my {thing} is", "you are", "he is",
            "she is", "they are", "everything is", "everything was"]
NEGATED = ["this is not", "it's not", "it isn't", "that's not", "the {thing} is not", "the {thing} isn't", "this {thing} wasn't",
           "it was not", "that was not", "not", "not", "nothing about it is", "this is never", "I don't think it's"]
LOVE = ["I love", "love", "I really love", "I like", "I adore", "I enjoy", "enjoying", "I'm loving", "I totally love",
        "we love", "everyone loves", "so happy with", "I'm happy with", "very pleased with", "thrilled with", "thank you for",
        "thanks for", "big fan of", "luv", "can't wait for", "I can't stop smiling about", "so grateful for", "proud of",
        "so excited about", "I recommend", "highly recommend"]
HATE = ["I hate", "hate", "I really hate", "I dislike", "I can't stand", "I'm sick of", "sick and tired of", "tired of", "I regret",
        "I'm angry about", "so disappointed with", "disappointed by", "not happy with", "I'm not happy with", "very unhappy with",
        "fed up with", "I don't like", "I do not like", "don't like", "never liked", "I would not recommend",
        "avoid", "stay away from", "I'm worried about", "ashamed of", "don't waste your money on", "I want my money back for"]
OBJECTS = ["it", "this", "that", "you", "them", "this {thing}", "the {thing}", "my {thing}", "your {thing}", "the new {thing}",
           "this stupid thing", "mondays", "everything about it", "this place", "this app"]
GOOD_NEWS = ["my package arrived", "we won", "I got the job", "I passed my exam", "she said yes", "it works again", "problem solved",
             "they fixed it in five minutes", "best day ever", "best {thing} ever", "what a {thing}", "made my day",
             "it made me smile", "I feel great", "I feel so good today", "so happy right now", "happy birthday", "congratulations",
             "congrats", "well done", "good job", "great job", "nice work", "thank you so much", "thanks a lot", "thanks", "thank you",
             "you're the best", "you rock", "yay", "woohoo", "wow, amazing", "love you", "miss you already, what a trip",
             "keep up the good work", "worth every penny", "five stars", "10/10", "so proud of you", "good luck",
             "the staff were so kind", "could not be happier", "couldn't be better", "can't complain", "no complaints",
             "nothing but praise", "it never disappoints", "never fails to make me laugh", "it doesn't get better than this",
             "I was wrong, it's actually good", "better than expected", "exceeded my expectations", "I can't get enough of it",
             "no problems at all", "without a problem", "it just works", "lit", "slaps", "goat", "dope", "this rocks", "legend",
             "have a great weekend", "good morning everyone", "enjoy your day"]
BAD_NEWS = ["my package never arrived", "we lost again", "I lost my job", "I failed my exam", "it broke again", "it keeps crashing",
            "it doesn't work", "it does not work", "doesn't work at all", "nothing works", "still not working", "still waiting",
            "still no answer", "nobody answers", "they ignored me", "worst day ever", "worst {thing} ever", "the worst",
            "ruined my day", "it makes me sick", "I feel terrible", "I feel awful today", "so sad right now", "I'm so sad", "I'm angry",
            "I'm crying", "my head hurts", "what a waste of time", "waste of money", "complete waste", "never again",
            "never buying again", "I want a refund", "shame on you", "you should be ashamed", "you lied to us", "stop it",
            "leave me alone", "this sucks", "sucks", "it sucks", "ugh", "fail", "epic fail", "what a joke", "what a mess", "a disaster",
            "total disaster", "one star", "0/10", "0 out of 10", "not worth it", "not worth the money", "not good enough",
            "could not be worse", "couldn't be worse", "it gets worse every day", "worse than before", "worse than expected",
            "below expectations", "no help at all", "nobody cares", "I give up", "I can't take this anymore", "go away", "shut up",
            "this is a scam", "thieves", "liars", "no thanks", "I miss you so much, it hurts", "rip", "my dog died", "I'm exhausted",
            "I'm so tired of this", "how could you do this", "why is it always broken", "why does nothing work",
            "why is this so slow", "are you kidding me", "wtf", "omg this is bad", "meh"]
FACTS = ["it is a {plain}", "this is a {plain}", "that is my {plain}", "there is a {plain} {place}", "the {plain} is {place}",
         "the {plain} is {colour}", "a {colour} {plain}", "the {event} is {time}", "the {event} starts {time}",
         "the {event} ends {time}", "I have a {event} {time}", "we meet {time}", "see you {time}", "going to the {event} {time}",
         "what time is the {event}?", "when is the {event}?", "where is the {plain}?", "is the {event} {time}?",
         "how many {plain}s are there?", "does anyone know when the {event} starts?", "which {plain} is it?", "is this your {plain}?",
         "he has a {plain}", "she bought a {plain}", "they sell {plain}s", "I am {place}", "I live in the north", "we live near the river",
         "I work {place}", "my name is Anna", "my name is Tom", "he is a teacher", "she is a doctor", "they are students",
         "I have a {animal}", "the {animal} is {place}", "it is {colour}", "today is Tuesday", "it is Wednesday", "it's 5 o'clock",
         "the {plain} weighs two kilos", "the {plain} is 20 cm long", "page 3 of 10", "part 2 of 3", "open from 9 to 5",
         "closed on Sundays", "the store opens {time}", "the bus leaves {time}", "train to London {time}", "version 2.1 is out",
         "new post: how to use a {plain}", "new video is up", "watch the {event} here", "read the report here", "link in bio",
         "more information here", "for more details see the website", "reading a book about rivers", "watching the {event}",
         "listening to the radio", "making coffee", "on my way to the office", "at the station", "just got home", "home now",
         "waiting for the bus", "going to the store", "I am reading", "two tickets for the {event}", "call me {time}",
         "let me know", "I will send it {time}", "I sent the {plain}", "please send me the {plain}", "can you send me the {plain}?",
         "how do I open the {plain}?", "how do I change my password?", "do you have this in {colour}?", "is it available in {colour}?",
         "what is the price?", "how much is it?", "what is your address?", "what does this mean?", "who is the new coach?",
         "which one do you use?", "yes", "no", "ok", "okay", "maybe", "I don't know", "not sure", "no idea", "hello", "hi", "test", "testing",
         "the result is 2-1", "final score 3-2", "half time 1-1", "the president will speak {time}", "elections are {time}",
         "the company has 200 employees", "the city has two million people", "water boils at 100 degrees",
         "the meeting was moved to {time}", "the report was published {time}", "the price is 20 dollars", "it costs 10 euros",
         "the temperature is 15 degrees", "cloudy, 15 degrees", "the river is 200 km long", "it is made of wood", "it's made of glass",
         "there are three of them", "I have two", "it is on the left", "turn right at the station", "the form has four pages"]
PRAISE_IN_IRONY = ["great", "oh great", "yeah, great", "wonderful", "fantastic", "lovely", "perfect", "awesome", "brilliant", "nice",
                   "just great", "just perfect", "oh joy", "wow, great", "well, that's just great", "just what I needed", "how lovely",
                   "oh wonderful", "cool, cool", "amazing", "excellent"]
TROUBLE = ["delay", "bug", "crash", "error", "cancelled flight", "broken phone", "flat tyre", "parking ticket", "traffic jam",
           "power cut", "late train", "dead battery", "bill", "problem", "price increase", "outage", "failure", "mistake",
           "rainy monday", "meeting that could have been an email", "headache", "strike", "lost bag", "queue", "cold"]
IRONY = ["{praise}, another {trouble}", "{praise}, one more {trouble}", "{praise}, a {trouble} again", "{praise}, yet another {trouble}",
         "{praise}. another {trouble}.", "{praise}... a {trouble}", "thanks for the {trouble}", "thanks for nothing",
         "thanks for another {trouble}", "so happy about the {trouble}, not", "love waiting two hours because of a {trouble}",
         "I just love a {trouble} in the morning", "another {trouble}, {praise}", "another day, another {trouble}",
         "{praise}, my {thing} broke again", "{praise}, now my {thing} is gone", "{praise}, it crashed again", "{praise}, it's broken",
         "{praise}, still waiting for my {thing}", "{praise}, the {thing} is late again", "best service ever, only three hours late",
         "good job breaking the {thing}", "way to go, you broke it", "well done, it's worse now", "yeah right", "yeah, sure",
         "as if that would help", "couldn't care less", "what a great way to ruin a {thing}", "great way to start the day: a {trouble}"]
SINCERE = ["{praise}, another win", "{praise}, another good {thing}", "{praise}, one more day off", "{praise}, my {thing} is here",
           "another great {thing}, thank you", "{praise}, thanks a lot", "{praise}, it works now", "{praise} {thing}, well done"]
GOOD_SIGNS = "😍 😀 😁 😂 😊 😃 😄 😎 😘 🥰 🤩 🎉 👍 👏 ❤️ 💕 💖 🙌 💯 🔥 🥳 😻 ☺️ 💪 🏆 ✨ :) :-) :D =) <3 ;) ^_^ xD".split()
BAD_SIGNS = "😡 😠 😢 😭 😞 😔 👎 💔 🤬 😤 😒 🙄 😩 😫 🤮 🤢 😖 😣 ☹️ 🙁 😱 😰 😿 :( :-( :'( >:( D: :/ =(".split()

NEGATIVE, NEUTRAL, POSITIVE = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
FAINT_PRAISE, FAINT_BLAME, LUKEWARM = (0.05, 0.3, 0.65), (0.75, 0.2, 0.05), (0.2, 0.65, 0.15)


def generate(count, seed):
    """`count` distinct texts with their shares, the same for the same seed."""
    chance = random.Random(seed)
    makers = [(_opinion, 5), (_negation, 5), (_feeling, 5), (_news, 4), (_fact, 9), (_irony, 3), (_signs, 2), (_word, 1)]
    texts, tries = {}, 0
    while len(texts) < count and tries < count * 20:
        tries += 1
        make = chance.choices([maker for maker, _ in makers], [weight for _, weight in makers])[0]
        text, shares = make(chance)
        texts.setdefault(_written(chance, text), shares)
    return list(texts.items())


def _fill(chance, pattern):
    return pattern.format(thing=chance.choice(THINGS), plain=chance.choice(PLAIN_THINGS), colour=chance.choice(COLOURS),
                          place=chance.choice(PLACES), time=chance.choice(TIMES), event=chance.choice(EVENTS),
                          animal=chance.choice(ANIMALS), praise=chance.choice(PRAISE_IN_IRONY), trouble=chance.choice(TROUBLE))


def _sign(chance, shares):
    if chance.random() > 0.25 or shares not in (NEGATIVE, POSITIVE):
        return ""
    return " " + chance.choice(GOOD_SIGNS if shares == POSITIVE else BAD_SIGNS) * chance.choice([1, 1, 1, 2, 3])


def _opinion(chance):
    kind = chance.random()
    words, shares = (GOOD, POSITIVE) if kind < 0.45 else (BAD, NEGATIVE) if kind < 0.9 else (MIXED, LUKEWARM)
    subject = chance.choice(SUBJECTS) if chance.random() < 0.85 else ""
    very = chance.choice(VERY).replace("such a", "") if shares != LUKEWARM else ""
    text = _fill(chance, f"{subject} {very} {chance.choice(words)}") + chance.choice(ENDS)
    return text + _sign(chance, shares), shares


def _negation(chance):
    negated = _fill(chance, chance.choice(NEGATED))
    much = chance.choice(["", "", "very", "that", "so", "really", "even"])
    end = chance.choice(["", "", " at all", " anymore"])
    kind = chance.random()
    if kind < 0.5:
        return f"{negated} {much} {chance.choice(GOOD)}{end}", NEGATIVE if end or much == "even" else FAINT_BLAME
    if kind < 0.9:
        return f"{negated} {much} {chance.choice(BAD)}{end.replace(' anymore', '')}", FAINT_PRAISE
    return _fill(chance, f"{negated} a {{plain}}"), NEUTRAL


def _feeling(chance):
    verbs, shares = (LOVE, POSITIVE) if chance.random() < 0.5 else (HATE, NEGATIVE)
    things = _fill(chance, chance.choice(OBJECTS if shares == NEGATIVE else [o for o in OBJECTS if "stupid" not in o]))
    return f"{chance.choice(verbs)} {things}{chance.choice(ENDS)}{_sign(chance, shares)}", shares


def _news(chance):
    news, shares = (GOOD_NEWS, POSITIVE) if chance.random() < 0.5 else (BAD_NEWS, NEGATIVE)
    before = chance.choice(["", "", "", "", "omg", "wow", "lol", "@user", "honestly", "today", "finally", "guys"])
    tag = chance.choice(["", "", "", "", f" #{chance.choice(THINGS)}"])
    return f"{before} {_fill(chance, chance.choice(news))}{chance.choice(ENDS)}{tag}{_sign(chance, shares)}", shares


def _fact(chance):
    before = chance.choice(["", "", "", "", "", "@user", "fyi:", "reminder:", "update:", "so"])
    link = chance.choice(["", "", "", "", " http", f" #{chance.choice(EVENTS)}"])
    text = _fill(chance, chance.choice(FACTS))
    return f"{before} {text}{'' if text.endswith('?') else chance.choice(['', '', '.'])}{link}", NEUTRAL


def _irony(chance):
    if chance.random() < 0.75:
        return _fill(chance, chance.choice(IRONY)) + chance.choice(["", "", ".", "...", "!", " 🙄", " 😒"]), NEGATIVE
    return _fill(chance, chance.choice(SINCERE)) + chance.choice(["", ".", "!", "!!", " 😊", " 🎉"]), POSITIVE


def _signs(chance):
    signs, shares = (GOOD_SIGNS, POSITIVE) if chance.random() < 0.5 else (BAD_SIGNS, NEGATIVE)
    if chance.random() < 0.5:
        return chance.choice(signs) * chance.choice([1, 1, 2, 3, 4]), shares
    return " ".join(chance.choice(signs) for _ in range(chance.choice([2, 3]))), shares


def _word(chance):
    words, shares = chance.choice([(GOOD, POSITIVE), (BAD, NEGATIVE), (MIXED, LUKEWARM)])
    text = chance.choice(words)
    if chance.random() < 0.3:
        place = chance.randrange(len(text))
        text = text[:place] + text[place] * chance.randint(2, 5) + text[place + 1:]
    return text + chance.choice(ENDS), shares


def _written(chance, text):
    text = " ".join(text.split())
    style = chance.random()
    if style < 0.15:
        return text.upper()
    return text[0].upper() + text[1:] if style < 0.55 else text
