namespace SocialSentiment.Vader.Lexicon;

/// <summary>Words that turn the rated word after them around, besides those that contain "n't".</summary>
internal static class NegationWords
{
    public static string[] All { get; } =
    [
        "ain't", "aint", "aren't", "arent", "can't", "cannot", "cant", "couldn't", "couldnt", "daren't", "darent", "despite",
        "didn't", "didnt", "doesn't", "doesnt", "don't", "dont", "hadn't", "hadnt", "hasn't", "hasnt", "haven't", "havent",
        "isn't", "isnt", "mightn't", "mightnt", "mustn't", "mustnt", "needn't", "neednt", "neither", "never", "none", "nope",
        "nor", "not", "nothing", "nowhere", "oughtn't", "oughtnt", "rarely", "seldom", "shan't", "shant", "shouldn't",
        "shouldnt", "uh-uh", "uhuh", "wasn't", "wasnt", "weren't", "werent", "without", "won't", "wont", "wouldn't",
        "wouldnt",
    ];
}
