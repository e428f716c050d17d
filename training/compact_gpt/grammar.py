"""
Our own replies: for each kind of post and each tone, sentences with choices in [a|b] that are put together at random.

`{t}` is a thing the post names ("your phone"), `{x}` a thing or a name; what stands round them agrees with singular and plural.
Nothing here promises a refund, a date or a mended thing, states a fact, or is cheerful about what is not.
"""

import re

TONES = ("friendly", "professional", "empathetic", "brief")
LONGEST, LONGEST_BRIEF = 200, 60

# What may come first and what may come second; a second sentence is left out a third of the time where there are others.
_FIRST, _SECOND = {}, {}


def _add(kinds, tone, first, second=""):
    for kind in kinds.split():
        _FIRST.setdefault((kind, tone), []).extend(line.strip() for line in first.strip().splitlines() if line.strip())
        _SECOND.setdefault((kind, tone), []).extend(line.strip() for line in second.strip().splitlines() if line.strip())


# What went wrong with something of ours or of another company.
_add("delay", "friendly", """
    [Oh no|Oh dear|Ugh], [waiting|all that waiting] for {t} [is really annoying|must have been a pain], [sorry about that|we are sorry]!
    [Sorry|So sorry|Really sorry] [you had to wait|you were left waiting|about the long wait] for {t}!
    [That is a long wait|That is far too long] for {t}, [sorry about that|we are really sorry]!
    [Hi there|Hey], [sorry|so sorry] about the [wait for|hold-up with|delay with] {t}!
    """, """
    [Send us|Drop us] a [message|direct message] and [we will take a look|we will look into it|we will see what is going on].
    [Could you|Can you] [send us a message|tell us a bit more] so [we can take a look|we can look into it]?
    We will [pass this on|pass it on to the team].
    """)
_add("delay", "professional", """
    We apologise for the [delay|long delay|delay you experienced] with {t}.
    [We are sorry|Please accept our apologies] that you [had to wait|were kept waiting] for {t}.
    Thank you for [letting us know|telling us|reporting this], and we are sorry about the delay with {t}.
    [We understand|We appreciate] that waiting for {t} [is inconvenient|is frustrating].
    """, """
    Please send us [a direct message|a few details in a direct message] so that [we can look into this|our team can look into it|we can review what happened].
    We will [look into this|review what happened].
    [We will|We are going to] [look into what happened|pass your comments on to the team].
    """)
_add("delay", "empathetic", """
    [Waiting so long|Being left waiting|Having to wait that long] for {t} [is exhausting|is so frustrating|must have been very frustrating], and [we are truly sorry|we are sorry].
    [I am so sorry|We are so sorry] you had to wait [so long for {t}|for {t} like that].
    [I can imagine|We can imagine] how [frustrating|tiring|stressful] the wait for {t} [must have been|has been].
    [I understand|We understand] how [annoying|frustrating|upsetting] it is to be [kept|left] waiting for {t}.
    """, """
    Your time [matters|is important], and [we would like to understand what happened|we want to find out what happened].
    [Please tell us more|If you like, tell us more] [in a message|in a direct message], [we will listen|we want to help].
    [We hear you|You have every right to be upset], and we will [look into it|take this seriously].
    """)
_add("delay", "brief", """
    Sorry about the [wait for|delay with] {t}.
    Sorry [you had to wait|you are still waiting] for {t}.
    Sorry for the [long wait|delay]. [We will look into it|Please message us].
    That wait is too long, [sorry|we are sorry].
    We apologise for the [delay with {t}|delay|wait].
    """)

_add("broken", "friendly", """
    [Oh no|Oh dear|Ugh], that is not how {t} should [behave|work], [sorry about that|so sorry]!
    [Sorry|So sorry|Really sorry] {t} [gave you trouble|let you down|caused you so much hassle]!
    [Sorry to hear|So sorry to hear] about [the trouble|the problem|your trouble] with {t}!
    [Hi there|Hey], [sorry|so sorry] about the [trouble|hassle|problem] with {t}!
    [That sounds annoying|That sounds like a real pain], sorry about {t}!
    """, """
    [Send us|Drop us] a [message|direct message] with [the details|what you see|what happened] and [we will take a look|we will look into it].
    [Could you|Can you] [send us a message|tell us what happened|tell us a bit more] so [we can take a look|we can look into it|we can try to help]?
    We would like to [help|look into this with you].
    """)
_add("broken", "professional", """
    We are sorry [to hear about|for] the [problem|trouble|difficulties] [with {t}|you had with {t}].
    [We apologise|Please accept our apologies] for the [trouble|inconvenience] with {t}.
    Thank you for [reporting this|letting us know about the problem with {t}|telling us about the problem with {t}].
    We [regret|are sorry] that {t} [did not work as expected|did not meet your expectations|caused you trouble].
    """, """
    Please send us [a direct message|a few details in a direct message] so that [we can look into this|our team can look into it|we can review the problem].
    [Could you please|Would you] send us [more details|a short description] in a direct message, [so that we can look into it|so that our team can review it]?
    We will [look into this|review it|look at your report].
    """)
_add("broken", "empathetic", """
    [I am so sorry|We are so sorry|I am really sorry] {t} [let you down|gave you so much trouble|failed you like that].
    [I can imagine|We can imagine] how [frustrating|annoying|stressful] the trouble with {t} [must be|has been].
    It is [so frustrating|really upsetting|really disappointing] when [something you rely on|something you need every day] [lets you down|stops working], and we are sorry about {t}.
    [I understand|We understand] [how frustrating|how upsetting] the problem with {t} [is|must be].
    """, """
    [We want to help|We would like to help], [so please tell us more in a message|please send us a message when you have a moment].
    [You should not have to deal with this|You deserve better than this], and [we will look into it|we want to understand what happened].
    [Please tell us more|If you like, tell us more], [we will listen|we are here to help].
    """)
_add("broken", "brief", """
    Sorry about [the trouble with {t}|{t}].
    Sorry {t} [let you down|gave you trouble].
    Sorry to hear that. [Please message us|We will look into it].
    Sorry about {t}. [Please message us|We will take a look].
    Thanks for the report, [we will look into it|we will check {t}].
    """)

_add("billing", "friendly", """
    [Oh no|Oh dear], [sorry|so sorry] about the [confusion|trouble|surprise] with {t}!
    [Sorry|So sorry|Really sorry] {t} [gave you a nasty surprise|caused you so much trouble]!
    [Hi there|Hey], [we get it|we understand], {t} should [be clear|not come as a surprise], sorry about that!
    """, """
    [Send us|Drop us] a [message|direct message] and [we will take a look|we will look into it] [together|with you].
    [Could you|Can you] send us a direct message so [we can check what happened|we can look into it]?
    """)
_add("billing", "professional", """
    We are sorry about the [trouble|confusion|inconvenience] with {t}.
    [We understand your concern|We understand that you are concerned|We take your concern seriously] about {t}.
    Thank you for [raising this|letting us know] about {t}, and we apologise for the [inconvenience|trouble].
    """, """
    Please send us a direct message so that [we can review this with you|our team can look into it].
    Please [contact us in a direct message|send us a direct message] so that [we can look into it|we can check what happened].
    """)
_add("billing", "empathetic", """
    [I am so sorry|We are so sorry] about the [worry|stress] that {t} [caused you|has caused].
    [I can imagine|We can imagine|I understand|We understand] how [upsetting|worrying|frustrating] the trouble with {t} must be.
    Money worries are [never easy|stressful], and we are sorry about the trouble with {t}.
    """, """
    Please send us a message [so we can look at it together|and we will look at it with you].
    [You deserve a clear answer|You should get a clear answer], so please send us a direct message.
    """)
_add("billing", "brief", """
    Sorry about {t}. [Please message us|We will look into it].
    Sorry for the [trouble|confusion] with {t}.
    Sorry about that, please [message us|send us a message].
    We understand, and will look into {t}.
    """)

_add("food", "friendly", """
    [Oh no|Oh dear], that does not sound tasty at all, sorry about {t}!
    [Sorry|So sorry|Really sorry] {t} [let you down|did not hit the spot]!
    [Ugh|Oh no], [sorry to hear|so sorry to hear] about {t}!
    """, """
    [Could you|Can you] [tell us where this was|tell us a bit more|send us a message] so [we can pass it on|we can look into it]?
    We will [pass this on to the kitchen|pass this on to the team].
    """)
_add("food", "professional", """
    We are sorry that {t} [did not meet your expectations|did not meet the standard you expected|disappointed you].
    [We apologise|Please accept our apologies] for your [experience|disappointment] with {t}.
    Thank you for your [honest|open] feedback on {t}, and we are sorry it was not a good experience.
    """, """
    We will [share your comments with the team|pass your comments on to the kitchen].
    Please send us a direct message [with a few details|and tell us where this was], so that [we can look into it|our team can look into it].
    """)
_add("food", "empathetic", """
    [I am so sorry|We are so sorry] {t} [spoiled your meal|let you down]. 
    You were hoping for a good meal, and we are so sorry {t} [let you down|disappointed you].
    [I can imagine|We can imagine] how disappointing that was, and [I am|we are] sorry about {t}.
    """, """
    [Please tell us more|If you like, tell us more] in a message, [we want to understand what went wrong|we will listen].
    You [deserved|should have had] [better|a nicer time].
    """)
_add("food", "brief", """
    Sorry {t} let you down.
    Sorry about {t}. [We will pass it on|We will tell the team].
    Sorry to hear that about {t}.
    That is not good enough, sorry.
    """)

_add("staff", "friendly", """
    [Oh no|Oh dear], that is not how anyone should be treated, [so sorry|sorry] about {t}!
    [So sorry|Really sorry] about [your experience|that experience|the trouble] with {t}!
    [Ugh|Oh no], sorry to hear about {t}, that is not the help you should get!
    """, """
    [Could you|Can you] [send us a message|tell us a bit more] so [we can pass it on|we can look into it]?
    [Thanks for telling us|Thanks for speaking up], we will [pass it on|share it with the team].
    """)
_add("staff", "professional", """
    We [apologise|are sorry] for [your experience|the experience you had] with {t}.
    [This is not|That is not] the standard of service you should [expect|receive], and we apologise for your experience with {t}.
    Thank you for [telling us|letting us know] about your experience with {t}.
    """, """
    Please send us [a direct message|a few details in a direct message] so that [we can look into this|we can review what happened].
    [We take this seriously|We take such feedback seriously] and will [review what happened|look into it].
    """)
_add("staff", "empathetic", """
    [Nobody should be treated like that|You should never be made to feel like that], and [I am|we are] so sorry about {t}.
    [I am so sorry|We are so sorry] you were [treated like that|left feeling like that] by {t}.
    [I can imagine|We can imagine] how [upsetting|hurtful|frustrating] [that was|your experience with {t} was].
    """, """
    [Thank you for telling us|Thank you for speaking up], [we will take it seriously|we want to understand what happened].
    If you are willing to [tell us more|share a little more], [we will listen|please send us a message].
    """)
_add("staff", "brief", """
    Sorry about [your experience with {t}|{t}].
    That is not okay, [sorry|we are sorry].
    Sorry you were treated like that.
    Sorry to hear that. We will look into it.
    """)

# Bad news, anger and disappointment that nobody here is to blame for.
_add("upset", "friendly", """
    [Oh no|Oh dear|Ugh], [sorry|so sorry] to hear [about {x}|this about {x}]!
    [That sounds rough|That sounds like a tough one|That sounds frustrating], [sorry about {t}|we hear you on {x}].
    [We hear you on|We get it about] {x}, that [must be frustrating|is a tough one|sounds rough].
    [Sorry|So sorry] you are feeling this way about {x}!
    """, """
    [Hope things look up soon|Hope tomorrow is kinder|Hope your day gets better|Here is hoping things get better soon].
    [Hang in there|Take care of yourself|Take it easy today].
    [Want to tell us more|Do you want to talk about it|What happened]?
    """)
_add("upset", "professional", """
    We understand your [frustration|disappointment|concern] [about|over|regarding] {x}.
    Thank you for [sharing|expressing] your [concern about|honest view of|thoughts on|concerns regarding] {x}.
    We are sorry [to read|to hear] [about {t}|that you feel this way about {x}].
    We [recognise|appreciate] that many people feel strongly about {x}.
    """, """
    Your feedback [has been noted|is important to us|is valuable].
    [We have taken note of it|We have noted your comments|We take such comments seriously].
    Please [let us know|tell us] if there is anything we can [do|help with].
    """)
_add("upset", "empathetic", """
    I am [so|truly|really] sorry [to hear about {t}|you feel this way about {x}|you are going through this with {x}].
    [I can hear|We can hear] how [frustrated|upset|disappointed] you are [about|over] {x}.
    It is [completely|perfectly] understandable that you [are upset|feel this way|are disappointed] about {x}.
    [That sounds really hard|That sounds painful|That must be hard], and [I am|we are] sorry about {t}.
    [Your frustration|Your disappointment] about {x} [makes sense|is understandable].
    """, """
    [You are not alone in feeling this way|Please be gentle with yourself|Take all the time you need].
    [I hope things get easier|I hope things get better|I hope it gets easier soon].
    [I am here if you want to talk|We are here if you want to tell us more|If you want to talk about it, we will listen].
    """)
_add("upset", "brief", """
    Sorry to hear about {t}.
    [We hear you on|Understood about] {x}.
    Sorry you feel that way about {x}.
    That is [tough|frustrating|disappointing], [sorry|we hear you].
    We understand your frustration [about|over] {x}.
    """)

_add("sad", "friendly", """
    [Oh no|Oh dear|Ugh], [sorry to hear that|so sorry to hear that|that sounds rough|that sounds like a hard day]!
    [That sounds tough|That sounds rough|That is not easy], [sorry you are dealing with this|we are sorry].
    [We hear you|We get it], [that would frustrate anyone|that is a lot to deal with].
    [Sorry|So sorry] [today is so rough|things are so rough right now|you are having such a hard time].
    """, """
    [Hope things look up soon|Hope tomorrow is kinder|Hope your day gets better|Here is hoping things get better soon].
    [Hang in there|Take care of yourself|Take it easy today].
    [Want to tell us more|Do you want to talk about it|What happened]?
    """)
_add("sad", "professional", """
    [We are sorry to hear this|We are sorry to read this|We are sorry that you feel this way].
    We understand [your frustration|your disappointment|that this is frustrating|that this is upsetting].
    Thank you for [being open about this|sharing your concern|your honest words|letting us know how you feel].
    """, """
    Your feedback [has been noted|is important to us|is valuable].
    [We have taken note of it|We have noted your comments|We take such comments seriously].
    Please [let us know|tell us] if there is anything we can [do|help with].
    """)
_add("sad", "empathetic", """
    I am [so|truly|really] sorry [to hear that|you are going through this|you feel this way|this happened to you].
    [I can hear|We can hear] how [frustrated|upset|disappointed] you are.
    It is [completely|perfectly] understandable that you [are upset|feel this way].
    That sounds [really hard|so frustrating|painful|exhausting], and [I am|we are] sorry.
    [Anyone would be upset by this|Anyone would feel that way|That is a lot to carry].
    """, """
    [You are not alone in feeling this way|Please be gentle with yourself|Take all the time you need].
    [I hope things get easier|I hope things get better|I hope it gets easier soon].
    [I am here if you want to talk|We are here if you want to tell us more|If you want to talk about it, we will listen].
    """)
_add("sad", "brief", """
    [So sorry|Sorry|Really sorry] to hear that.
    That is [tough|rough|frustrating|hard]. [Sorry|We hear you|Take care].
    [We hear you|Understood]. [Hang in there|Take care|Sorry about that].
    Sorry you are dealing with this.
    """)

# Careful words, whatever the label says.
_add("grief", "friendly", """
    [We are so sorry|I am so sorry|So very sorry] to [hear|read] [this|this sad news].
    [This is heartbreaking|This is such sad news|What terribly sad news], and [we are thinking of you|we are so sorry].
    [Sending you strength|Sending you our thoughts|Our thoughts are with you] [today|at this sad time|in these hard hours].
    """, """
    [Please take good care of yourself|Take all the time you need|Be gentle with yourself].
    [Our thoughts are with you|We are thinking of you].
    """)
_add("grief", "professional", """
    We are [deeply|very|truly] sorry [to hear this sad news|to read this sad news|for this loss].
    [Please accept our sincere condolences|Our sincere sympathy goes out to you|We offer you our sincere sympathy].
    """, """
    [Our thoughts are with you|Our thoughts are with you and those close to you].
    [Please let us know if there is any way we can support you|We wish you strength].
    """)
_add("grief", "empathetic", """
    I am [so|deeply|truly] sorry [for this loss|to hear this|to read this].
    [There are no right words|No words are enough] for [something like this|such news], and I am so sorry.
    [My heart goes out to you|My heart is with you today|I am thinking of you].
    This is [heartbreaking|so painful|so very sad], and [I am truly sorry|I am so sorry].
    """, """
    [Please take all the time you need|Please be gentle with yourself|You do not have to carry this alone].
    [We are thinking of you|Our thoughts are with you|I am here if you want to talk].
    """)
_add("grief", "brief", """
    [So|Deeply|Very] sorry [to hear this|for this loss|to read this].
    [Our thoughts are with you].
    [Such sad news|This is heartbreaking]. [Our thoughts are with you|We are so sorry].
    """)
_add("tragedy", "friendly", """
    [This is so sad to read|What sad news|This is hard to read], [our thoughts are with everyone affected|we are thinking of everyone affected].
    [So sorry to hear this|So sorry to read this], [our thoughts are with everyone affected|we wish everyone affected strength].
    """, """
    [Take good care of each other|Please look after yourself and those around you].
    """)
_add("tragedy", "professional", """
    [This is a serious and sad matter|This is a sad matter|These are very sad events], and our thoughts are with everyone affected.
    We are [deeply|very|truly] sorry to [hear|read|learn of] this.
    """, """
    [Our sympathy goes out to everyone affected|We wish everyone affected strength].
    Thank you for [drawing attention to it|sharing this with care].
    """)
_add("tragedy", "empathetic", """
    This is [heartbreaking|so painful to read|so very sad], and [I am truly sorry|my heart goes out to everyone affected].
    [It is hard to find words for this|There are no easy words for something like this], and I am [deeply|truly|so] sorry.
    [I understand|I can see] how [upsetting|painful|heavy] this is.
    """, """
    [I am thinking of everyone affected|Our thoughts are with everyone affected].
    [Please look after yourself|Please take care of yourself while reading such news].
    """)
_add("tragedy", "brief", """
    [So|Deeply|Very] sorry to [hear|read] this.
    [Our thoughts are with everyone affected|Thinking of everyone affected].
    [Such sad news|This is heartbreaking|So sad to read]. [We are so sorry|Our thoughts are with all affected].
    """)

_add("illness", "friendly", """
    [Oh no|Oh dear], [sorry you are not feeling well|that sounds painful|sorry to hear you are unwell]!
    [So sorry|Sorry] [you are feeling unwell|you have to go through this]!
    [That sounds rough|That sounds really uncomfortable], sorry to hear it!
    """, """
    [Get well soon|Rest up and take care|Take it easy and get some rest|Hope you feel better soon].
    [We hope you feel better very soon|Look after yourself|We are keeping our fingers crossed for you].
    """)
_add("illness", "professional", """
    We are sorry to [hear|read] that [you are not well|you are unwell|you are going through this].
    [Thank you for sharing this|Thank you for telling us], and we are sorry you are unwell.
    """, """
    We wish you [a good recovery|all the best for your recovery|well and hope you can rest].
    [Please take care|Please look after yourself].
    """)
_add("illness", "empathetic", """
    I am [so|really|truly] sorry you are [feeling so unwell|going through this|in pain|not well].
    That sounds [really hard|so exhausting|painful], and I am sorry [you have to go through it|you feel so unwell].
    [Being unwell|Feeling like that] is [so draining|exhausting|really hard], and I am sorry.
    """, """
    [Please rest and be gentle with yourself|Please take all the time you need to rest|I hope you can rest].
    [I hope you feel better soon|I am thinking of you|I hope things get easier].
    """)
_add("illness", "brief", """
    [Get well soon|Hope you feel better soon|Rest well and take care].
    Sorry to hear that. [Get well soon|Take care|Rest well].
    [Take care|Look after yourself], and [get well soon|rest well].
    """)

# Good things.
_add("liked", "friendly", """
    [So glad|So happy|Really glad] you [liked|enjoyed|are happy with] {t}!
    [Yay|Love this|Aww|Wonderful], [so glad|so happy] {t} [made you happy|made your day|made you smile]!
    [This made our day|You just made our day], [glad you enjoyed|happy you liked] {t}!
    [It is great to hear you enjoyed {t}|Lovely to hear you enjoyed {t}], [thanks for sharing|thanks for telling us]!
    [Thanks so much|Thank you so much] for the [kind words|love|lovely words] about {t}!
    """, """
    [Thanks for sharing|Thanks for telling us|Thanks for the lovely words]!
    [Your post made us smile|That made us smile|This put a smile on our faces]!
    [Enjoy every moment|Have a great day|Enjoy the rest of your day]!
    [What did you like best|What was the best part|What do you love most about it]?
    """)
_add("liked", "professional", """
    Thank you for [your kind words|your positive feedback|the kind feedback] about {t}.
    We are [pleased|delighted|very glad|happy] [to hear|to read] that you [enjoyed|liked|are happy with] {t}.
    [It is a pleasure|It is good|It is great] to read that {t} [made a good impression|met your expectations].
    We appreciate your [kind|positive] [words|comments|feedback] about {t}.
    """, """
    [We will pass this on to the team|We will pass this on to everyone involved|We are happy to pass this on].
    [Thank you for taking the time to tell us|Thank you for taking the time to write].
    [We wish you a pleasant day|We hope it stays that way|We look forward to hearing from you again].
    """)
_add("liked", "empathetic", """
    [It is so lovely|It is wonderful|It warms my heart] to [hear|read] how much {t} [made you happy|meant to you].
    [Your joy about|Your happiness about] {t} [is wonderful to read|comes across in every word|is lovely to see].
    I am [so|truly|really] [happy|glad] [that {t} brought you joy|you enjoyed {t}].
    [You can really feel|One can really feel] how much you [enjoyed|love] {t}.
    """, """
    [Thank you for sharing this with us|Thank you for letting us be part of it].
    [Moments like this matter|Moments like these are precious|You deserve moments like this].
    [I hope the feeling stays with you|May the good feeling last|I hope there are many more such moments].
    """)
_add("liked", "brief", """
    [So glad|Glad|Happy] you [liked|enjoyed] {t}!
    Thanks for the kind words about {t}!
    [Great|Lovely|Good] to hear you [liked|enjoyed] {t}!
    [Thank you|Thanks so much], [that made our day|glad you enjoyed it]!
    Glad {t} made you happy!
    """)

_add("happy", "friendly", """
    [Love this|This is great|How wonderful|Yay], [thanks for sharing|great to hear]!
    [So happy to read this|So fun to hear this|Love hearing this] [about {x}|from you]!
    [This made us smile|What a lovely post], thanks for [sharing|the good vibes]!
    [Great to hear|Lovely to hear|So nice to read] [what you think of {x}|your thoughts on {x}]!
    [We can feel your excitement about|We love your enthusiasm for] {x}!
    """, """
    [Enjoy every moment|Have a great day|Enjoy the rest of your day|Keep the good vibes coming]!
    [Your post made us smile|This put a smile on our faces]!
    [What was the best part|What are you most excited about]?
    """)
_add("happy", "professional", """
    Thank you for [sharing this about|your positive words about|your enthusiasm for] {x}.
    We are [pleased|delighted|glad] to [read|hear] your [positive thoughts on|positive view of|kind words about] {x}.
    It is [good|great] to [see|read] such [enthusiasm for|positive words about] {x}.
    """, """
    [We wish you a pleasant day|We appreciate your support|We look forward to hearing more from you].
    [Thank you for taking the time to write|Messages like yours are always welcome].
    """)
_add("happy", "empathetic", """
    [It is lovely|It is wonderful] to [read|hear] [how you feel about|your kind words about|so much enthusiasm for] {x}.
    [Your enthusiasm for|Your excitement about] {x} [is lovely to read|is lovely to see].
    I am [so|truly|really] happy for you, and [glad|pleased] you shared this about {x}.
    """, """
    [Thank you for sharing this with us|Thank you for letting us be part of it].
    [You deserve moments like this|Moments like these are precious].
    [I hope the feeling stays with you|May the good feeling last].
    """)
_add("happy", "brief", """
    [Love it|Love this|Great to hear|So nice], thanks for sharing!
    [Great to hear|Lovely to read] [this about {x}|your thoughts on {x}]!
    [Sounds great|Sounds wonderful], [enjoy|have fun]!
    [We love|Love] your enthusiasm for {x}!
    """)

_add("glad", "friendly", """
    [Love this|This is great|How wonderful|Yay|Aww], [thanks for sharing|so happy for you|this made us smile]!
    [So happy to read this|This is so nice to read|We love to hear it|That is wonderful news]!
    [You just made our day|What a lovely post|This made our day], thanks for [sharing|the good vibes]!
    """, """
    [Enjoy every moment|Have a great day|Enjoy the rest of your day|Keep the good vibes coming]!
    [Your post made us smile|This put a smile on our faces]!
    [What was the best part|What made it so special]?
    """)
_add("glad", "professional", """
    Thank you for [sharing this|your positive words|this kind message|your kind message].
    We are [pleased|delighted|glad] to [read|hear] this.
    It is [good|great] to [see|read] such [positive words|a positive message].
    """, """
    [We wish you a pleasant day|We appreciate your support|We look forward to hearing more from you].
    [Thank you for taking the time to write|Messages like yours are always welcome].
    """)
_add("glad", "empathetic", """
    [It is lovely|It is wonderful|It warms my heart] to [read|hear] [how happy you are|how good this feels to you|this].
    [Your joy|Your happiness] [is wonderful to read|comes across in every word|is lovely to see].
    I am [so|truly|really] happy for you.
    """, """
    [Thank you for sharing this with us|Thank you for letting us be part of it].
    [You deserve moments like this|Moments like these are precious].
    [I hope the feeling stays with you|May the good feeling last].
    """)
_add("glad", "brief", """
    [Love it|Love this|Great to hear|So nice], thanks for sharing!
    [That is great|That is wonderful|That is lovely], [enjoy|thanks for sharing]!
    [So happy for you|Happy for you|Glad to hear it|We love to hear it]!
    """)

_add("nice", "friendly", """
    [Thanks for sharing this about|Thanks for the good news on|Great to hear about|Good to hear about] {x}!
    [Sounds good|That sounds great|That sounds fun], [thanks for sharing|thanks for telling us]!
    [This is great|How nice|We like this], [thanks for sharing|thanks for posting]!
    [Love the enthusiasm for|We like your thoughts on|Nice to read your thoughts on] {x}!
    """, """
    [Have a great day|Enjoy the rest of your day|Keep the good vibes coming]!
    [Let us know how it goes|Keep us posted|Tell us more any time]!
    [What are you most excited about|What do you like best about it]?
    """)
_add("nice", "professional", """
    Thank you for [sharing this about|your positive post about|your positive thoughts on|your kind words about] {x}.
    Thank you for [sharing this|your positive post|this positive message].
    It is good to [read|see] [such a positive post about|such interest in|such enthusiasm for] {x}.
    """, """
    [We wish you a pleasant day|We appreciate your support|We look forward to hearing more from you].
    [We appreciate you taking the time to write|Messages like yours are always welcome].
    """)
_add("nice", "empathetic", """
    [It is lovely|It is nice|It is good] to [read|hear] [your thoughts on|how you feel about|such kind words about] {x}.
    [It is lovely|It is nice|It is good] to [read something so positive|read such a positive post].
    Thank you for [sharing this about|your warm words about] {x}, [it is lovely to read|it is good to read].
    """, """
    [Thank you for sharing this with us|Thank you for letting us be part of it].
    [I hope the day brings you more of this|I hope there is more of this to come].
    """)
_add("nice", "brief", """
    [Great|Sounds good|Good to hear|How nice], thanks for sharing!
    [Good to hear|Great to hear|Nice to read] [this about|about] {x}!
    Thanks for [sharing this about|the good news on|the kind words about] {x}!
    """)

_add("thanks", "friendly", """
    [You are very welcome|You are so welcome|Our pleasure|Any time|Always happy to help]!
    [Aww, thank you|Thank you|Thanks so much], [that means a lot to us|you just made our day|this made us smile]!
    [Thanks so much|Thank you so much] for the [kind words|lovely message|kind message]!
    """, """
    [Have a great day|Have a lovely day|Enjoy the rest of your day]!
    [It is people like you who make our day|Messages like yours make our day|Your message made us smile]!
    [Come back any time|See you again soon|We are always happy to hear from you]!
    """)
_add("thanks", "professional", """
    You are [very|most] welcome.
    Thank you for [your kind words|your kind message|this kind message].
    We [appreciate|value] your kind [words|message|feedback].
    """, """
    [It was a pleasure to help|We are glad to be of help].
    [We will pass this on to the team|We are happy to pass this on].
    [We wish you a pleasant day|We look forward to hearing from you again].
    """)
_add("thanks", "empathetic", """
    [Your words mean a lot to us|Your message means so much to us|It means a lot to read this].
    [It is lovely|It is wonderful] to [hear|read] [such kind words|such a warm message].
    [You are so welcome|You are very welcome], [and your kindness means a lot|and I am glad it helped].
    """, """
    [Thank you for your kindness|Thank you for taking the time to say so].
    [I hope you have a lovely day|Take good care of yourself].
    """)
_add("thanks", "brief", """
    [You are welcome|You are very welcome|Our pleasure|Any time|Happy to help]!
    [Thank you|Thanks so much|Thank you so much], [that means a lot|you made our day]!
    Thanks for the [kind words|lovely words|kind message]!
    """)

_add("birthday", "friendly", """
    [Happy birthday|A very happy birthday|Happy, happy birthday], [have a wonderful day|enjoy every minute|have the best day]!
    [Yay, happy birthday|Happy birthday from all of us]!
    """, """
    [Hope the day is full of fun|Hope there is plenty of cake|Have a fantastic year|Enjoy every minute]!
    """)
_add("birthday", "professional", """
    [A very happy birthday|Happy birthday] and [all the best for the year ahead|our warmest wishes|our best wishes].
    [Our best wishes for the birthday|Our warmest birthday wishes|Happy birthday and best wishes] from [all of us|our team].
    """, """
    [Enjoy the day|We hope it is a wonderful day].
    """)
_add("birthday", "empathetic", """
    [A very happy birthday|Happy birthday], and [may the year ahead be kind|may the day be full of love|I hope the day is as special as it should be].
    I hope the [birthday|day] is full of [warmth|love and good moments|people who care].
    """, """
    [Days like this are precious|Thank you for sharing this with us].
    """)
_add("birthday", "brief", """
    [Happy birthday|A very happy birthday], [have a great day|enjoy the day|all the best]!
    [Happy birthday and all the best|Have a wonderful birthday]!
    """)

_add("looking", "friendly", """
    [That sounds like fun|Sounds like a great plan|Sounds amazing], [enjoy {t}|have a great time|have so much fun]!
    [Enjoy] {t}!
    [We can feel the excitement about|It is great to see you excited about] {x}!
    [Not long now|Almost there], [have a great time|enjoy every minute|have fun]!
    """, """
    [Let us know how it goes|Tell us all about it afterwards|We want to hear all about it]!
    [What are you looking forward to most|Who is coming with you]?
    [Have a wonderful time|Soak it all up]!
    """)
_add("looking", "professional", """
    [We are glad you are looking forward to|It is great that you are looking forward to|Thank you for sharing your excitement about] {x}.
    We hope you [will enjoy|enjoy] {t}.
    We wish you [a great time|a wonderful time|much enjoyment].
    """, """
    [Please tell us how it was|We look forward to hearing how it was].
    [Thank you for sharing this|We appreciate your enthusiasm].
    """)
_add("looking", "empathetic", """
    [It is lovely|It is wonderful] to [read|see] how much you are looking forward to {x}.
    [Your excitement about|Your joy about] {x} [is lovely to see|comes across in every word|is wonderful to read].
    I hope {t} will [be everything you hope for|bring you lots of joy].
    """, """
    [I hope it is everything you wish for|May it be everything you hope for].
    [You deserve it|Moments like these are precious|Thank you for sharing this with us].
    """)
_add("looking", "brief", """
    [Enjoy|Enjoy every minute of] {t}!
    [Sounds great|Sounds like fun], [enjoy|have fun|have a great time]!
    [Have a great time|Have so much fun], and tell us how it was!
    """)

# Neither good nor bad.
_add("question", "friendly", """
    [Good question|Great question|That is a good question] about {x}!
    [Thanks for asking|Happy you asked|Glad you asked] about {x}!
    [Hi there|Hey], thanks for [your question|asking] about {x}!
    
    """, """
    [Let us check|Let us find out|We will have a look] and get back to you [here|with an answer].
    We are not sure [right now|off the top of our heads], [so let us check|but we will find out|so we will ask around].
    [Could you|Can you] tell us [a bit more|a little more], so we can [find the right answer|point you the right way]?
    """)
_add("question", "professional", """
    Thank you for your question [about|regarding|on] {x}.
    Thank you for [asking|your interest in {x}|contacting us about {x}].
    [We have received your question|We have noted your question] [about|regarding] {x}.
    """, """
    [We will check this|We will look into it|We will check with the team] and [reply here|get back to you].
    [Could you please|Would you] [give us|send us] [a few more details|a little more detail], so that we can [check this|give you a reliable answer]?
    We would like to [check this|confirm this with the team] before we give you an answer.
    """)
_add("question", "empathetic", """
    [I understand|I can see|We understand] [why you would like to know about|that you would like more clarity about|that you want to know more about] {x}.
    [Thank you for asking|It is good that you ask|I am glad you asked] about {x}.
    [Not knowing can be frustrating|It is hard to plan without an answer|It helps to know for sure], so thank you for asking about {x}.
    """, """
    [Let me check|Let us check|I will find out] and [get back to you|come back to you with an answer].
    [If you tell me a little more|If you tell us a little more], [I can look for the right answer|we can look for the right answer].
    [We want to give you an answer you can rely on|I would rather check than guess], so [please give us a moment|please bear with us].
    """)
_add("question", "brief", """
    [Good question|Thanks for asking], [we will check|let us check|we will find out].
    [Let us check|We will check] [on {x}|about {x}] and [get back to you|reply here].
    [Not sure about {x}|Good question about {x}], [we will check|let us check].
    """)
_add("ask", "friendly", """
    [Good question|Great question|That is a good question|Thanks for asking|Glad you asked]!
    [Hi there|Hey], thanks for [your question|asking]!
    """, """
    [Let us check|Let us find out|We will have a look] and get back to you [here|with an answer].
    We are not sure [right now|off the top of our heads], [so let us check|but we will find out|so we will ask around].
    [Could you|Can you] tell us [a bit more|a little more], so we can [find the right answer|point you the right way]?
    """)
_add("ask", "professional", """
    Thank you for [your question|asking|getting in touch|contacting us].
    [We have received your question|We have noted your question].
    """, """
    [We will check this|We will look into it|We will check with the team] and [reply here|get back to you].
    [Could you please|Would you] [give us|send us] [a few more details|a little more detail], so that we can [check this|give you a reliable answer]?
    We would like to [check this|confirm this with the team] before we give you an answer.
    """)
_add("ask", "empathetic", """
    [I understand why you ask|I can see why you would like to know|That is an understandable question].
    [Thank you for asking|It is good that you ask|I am glad you asked].
    """, """
    [Let me check|Let us check|I will find out] and [get back to you|come back to you with an answer].
    [If you tell me a little more|If you tell us a little more], [I can look for the right answer|we can look for the right answer].
    [We want to give you an answer you can rely on|I would rather check than guess], so [please give us a moment|please bear with us].
    """)
_add("ask", "brief", """
    [Good question|Thanks for asking], [we will check|let us check|we will find out].
    [Let us check|We will check] and [get back to you|reply here].
    [Not sure yet|Good one], [we will check|let us find out].
    """)
_add("complain", "friendly", """
    [Fair question|That is a fair question], and [sorry about the frustration|sorry about the trouble] with {x}!
    [Sorry|So sorry] about the frustration with {x}, [that is a fair point|we hear you]!
    """, """
    [Let us check|Let us find out|We will have a look] and get back to you [here|with an answer].
    [Could you|Can you] tell us [a bit more|a little more], so we can [find the right answer|take a look]?
    """)
_add("complain", "professional", """
    We understand your [concern|frustration] about {x}, and [your question is a fair one|thank you for asking].
    [Thank you for raising this question|Thank you for your question], and we are sorry about the [frustration|trouble] with {x}.
    """, """
    [We will check this|We will look into it|We will check with the team] and [reply here|get back to you].
    Please send us [a few more details|a little more detail] in a direct message, so that we can look into it.
    """)
_add("complain", "empathetic", """
    [I understand|I can hear|We understand] how frustrating [this is|it is not to have an answer], and I am sorry about {t}.
    You [deserve|should have] a clear answer about {x}, and [I am sorry|we are sorry] you have to ask.
    [It is understandable|It makes sense] that you [ask|want an answer] about {x}.
    """, """
    [Let me check|Let us check|I will find out] and [get back to you|come back to you with an answer].
    [If you tell me a little more|If you tell us a little more], [I can look into it|we can look into it].
    """)
_add("complain", "brief", """
    Fair question about {x}, [we will check|let us check].
    Sorry about that, [we will check|let us find out].
    [We hear you on|Understood about] {x}, [we will check|let us check].
    """)

_add("statement", "friendly", """
    [Thanks for sharing this about|Thanks for the update on|Thanks for the heads-up about] {x}!
    [Interesting|Good to know|Noted], thanks for [sharing this about|the update on|the news on] {x}!
    [Thanks for keeping us posted|Thanks for keeping everyone posted] [on|about] {x}!
    [Interesting take|Interesting point|Interesting thought] on {x}!
    """, """
    [What do you think|What do you make of it|How do you feel about it]?
    [We will keep an eye on it|We are curious to see what comes next|Let us see what comes next]!
    [Keep us posted|Tell us more any time|Let us know how it goes]!
    """)
_add("statement", "professional", """
    Thank you for [sharing this about|the update on|the information about|your post about|your thoughts on] {x}.
    We have [noted|taken note of] your [comments on|post about|thoughts on] {x}.
    Thank you for [drawing our attention to {x}|keeping us informed about {x}].
    """, """
    [We will follow this with interest|We will keep this in mind|We appreciate the information].
    Please [let us know|tell us] if [you have any questions|there is anything we can help with].
    """)
_add("statement", "empathetic", """
    Thank you for [sharing your thoughts on|telling us about|letting us know about] {x}.
    [I see|We see] you have thoughts on {x}, and I am glad you shared them.
    [I appreciate|We appreciate] you [sharing your thoughts on|taking the time to write about] {x}.
    """, """
    [How do you feel about it|How are you feeling about it]?
    [We are always here to listen|I would like to hear more, if you want to share|Your view matters].
    """)
_add("statement", "brief", """
    [Thanks for the update on|Thanks for sharing this about|Noted, thanks for the news on] {x}.
    [Noted|Good to know|Interesting], thanks for [sharing|the update].
    [Thanks for your thoughts on|Thanks for the heads-up about] {x}.
    """)
_add("note", "friendly", """
    [Thanks for sharing|Thanks for the update|Thanks for the heads-up|Good to know, thanks|Thanks for letting us know]!
    [Interesting|Good to know|Noted], thanks for [sharing|the update|letting us know]!
    """, """
    [What do you think|What do you make of it|How do you feel about it]?
    [We are curious to see what comes next|Let us see what comes next]!
    [Keep us posted|Tell us more any time|Let us know how it goes]!
    """)
_add("note", "professional", """
    Thank you for [sharing this|the update|the information|your post|your comment|letting us know].
    We have [noted|taken note of] your [comments|post|message].
    """, """
    [We will keep this in mind|We appreciate the information].
    Please [let us know|tell us] if [you have any questions|there is anything we can help with].
    """)
_add("note", "empathetic", """
    Thank you for [sharing your thoughts|telling us|letting us know|sharing this with us].
    [I appreciate|We appreciate] you [sharing this|taking the time to write].
    """, """
    [How do you feel about it|How are you feeling about it]?
    [We are always here to listen|I would like to hear more, if you want to share|Your view matters].
    """)
_add("note", "brief", """
    [Thanks for sharing|Thanks for the update|Thanks for the heads-up|Thanks for letting us know].
    [Noted|Good to know|Interesting], thanks for [sharing|the update|letting us know].
    [Noted, thanks|Good to know, thanks].
    """)
_add("plan", "friendly", """
    [Sounds like a plan|That sounds like a plan|Sounds good], [have fun|enjoy|have a good time]!
    [Hope it goes well|Hope all goes well] with {t}!
    [Thanks for the heads-up|Thanks for letting us know|Good to know] about {x}!
    """, """
    [Let us know how it goes|Tell us how it was|Keep us posted]!
    [Who is coming with you|What are you looking forward to most]?
    """)
_add("plan", "professional", """
    Thank you for [the information|letting us know|the update|the reminder] about {x}.
    We [hope|trust] that all goes well [with {t}|on the day].
    
    """, """
    [We will follow it with interest|We look forward to hearing how it went].
    Please [let us know|tell us] if [you have any questions|there is anything we can help with].
    """)
_add("plan", "empathetic", """
    [I hope|We hope] it goes [well|just as you wish] with {t}.
    Thank you for [telling us|letting us know] about {x}.
    [I can imagine|I am sure] there is a lot to think about before {t}.
    """, """
    [How are you feeling about it|Are you looking forward to it]?
    [I hope it is a good day for you|I hope you have good company|Take care of yourself along the way].
    """)
_add("plan", "brief", """
    [Thanks for the heads-up|Thanks for letting us know] about {x}.
    [Sounds good|Good to know], [enjoy|have fun|thanks].
    [Hope it goes well|Hope all goes well] with {t}.
    """)

_EMOJI = ("😊", "🎉", "💛", "😄", "🙌", "✨", "❤️", "👏")
_CALM = ("delay", "broken", "billing", "food", "staff", "upset", "sad", "complain", "grief", "tragedy", "illness")
_JOYFUL = ("liked", "happy", "nice", "glad", "thanks", "birthday", "looking")
# What two sentences may not both have.
_ONCE = re.compile(r"sorry|apolog|thank|apprecia|shar(?:e|ing)|smile|made our day|have a|enjoy|look(?:s|ing)? forward|look into|hear (?:how|more|you)|wonderful|feel|hope|happy|"
                   r"question|not(?:e|ed)\b|serious|know|tell(?:ing)?|check|message|direct|upset|frustrat|disappoint|understand|thoughts|kind|answer|joy|moment|here|care|lovely|glad|today")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
# Without a thing to name, its kind's sentences that name none.
_UNNAMED = {"upset": "sad", "happy": "glad", "liked": "glad", "question": "ask", "complain": "sad", "statement": "note", "plan": "note", "looking": "glad",
            "delay": "sad", "broken": "sad", "billing": "sad", "food": "sad", "staff": "sad"}


def reply(kind, tone, thing, name, chance):
    """`thing` is what `{t}` stands for and `name` what `{x}` may stand for beside it; either may be missing."""
    if thing is None and name is None:
        kind = _UNNAMED.get(kind, kind)
    while True:
        text = _sentence(_FIRST[kind, tone], thing, name, chance)
        if tone != "brief" and _SECOND[kind, tone] and chance.random() < 0.72:
            second = _sentence(_SECOND[kind, tone], thing, name, chance)
            if {found.group() for found in _ONCE.finditer(text.lower())} & {found.group() for found in _ONCE.finditer(second.lower())}:
                continue
            text += " " + second
        if kind in _CALM:
            text = text.replace("!", ".")
        if tone == "friendly" and kind in _JOYFUL and chance.random() < 0.3:
            text += " " + chance.choice(_EMOJI)
        if len(text) <= (LONGEST_BRIEF if tone == "brief" else LONGEST):
            return text


def _sentence(lines, thing, name, chance):
    for _ in range(100):
        line = chance.choice(lines)
        while "[" in line:
            line = _CHOICE.sub(lambda found: chance.choice(found.group(1).split("|")), line)
        if "{t}" in line and thing is None:
            continue
        other = name if thing is None or (name is not None and chance.random() < 0.3) else thing
        if "{x}" in line and other is None:
            continue
        # What names the post's matter is worth more than what would fit any other.
        if "{" not in line and (thing or name) and chance.random() < 0.5:
            continue
        line = line.replace("{t}", thing or "").replace("{x}", other or "")
        return line[0].upper() + line[1:]
    # Nothing here fits what is known: only brief lines without a name get here.
    return next(_plain(line, chance) for line in lines if "{" not in line)


def _plain(line, chance):
    while "[" in line:
        line = _CHOICE.sub(lambda found: chance.choice(found.group(1).split("|")), line)
    return line


def words():
    """All that a reply may say of its own accord."""
    return {word for lines in (*_FIRST.values(), *_SECOND.values()) for line in lines for word in re.findall("[a-z]+", re.sub(r"{[tx]}", " ", line.lower()))}
