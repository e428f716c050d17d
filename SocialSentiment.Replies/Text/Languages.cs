namespace SocialSentiment.Replies.Text;

/// <summary>A rough guess at a text's language, by its script or its commonest words; English unless there is reason to think otherwise.</summary>
internal static class Languages
{
    public const string English = "en";
    public const string Other = "other";

    private static readonly (string Language, HashSet<string> Words)[] s_common =
    [
        (English, Set("the and is are was were to of in it i you he she we they my your this that for on with at have has had not be so just but do me what when who why how if from about there all would will can out up get got like no as an going good day")),
        ("es", Set("el la los las que de y en es un una por con para no se lo mi su muy pero como mas esta este hoy todo gracias bien porque cuando mañana manana servicio tiene tengo estoy ya nada fue del al")),
        ("fr", Set("le la les des du de et est un une que qui pour dans pas ne je tu il nous vous mon ma mes sur avec plus mais ce cette bien merci tres cest jai suis sont trop avez")),
        ("de", Set("der die das und ist ich nicht ein eine mit auf zu den dem es sie wir ihr mein dein von im fur auch aber wie was noch schon sehr heute bei nur habe hat bin sind wird danke immer keine")),
        ("pt", Set("o a os as que de e em um uma por com para nao se eu voce meu minha muito mas como mais esta isso hoje tudo obrigado obrigada bem quando tem do da no na foi ja ele ela")),
        ("it", Set("il lo la gli le che di e in un una per con non si io tu mi ti ma come piu questo questa oggi tutto grazie bene quando sono ho hai ha del della nel molto anche perche")),
        ("nl", Set("de het een en van ik je is niet op te dat die voor met zijn aan er maar ook om wat nog wel mijn jullie heb heeft naar bij geen echt heel bedankt vandaag")),
        ("tr", Set("bir ve bu da de icin çok cok ben sen ne var yok gibi ama daha değil degil mi olarak her kadar guzel bugun tesekkurler hic iyi sey")),
        ("id", Set("yang dan di ini itu tidak dengan untuk saya kamu aku ada dari akan ke sudah bisa juga lagi tapi banget nggak gak sangat kami apa terima kasih pesanan belum")),
        ("pl", Set("i w na nie to jest sie z do jak co ale tak za od po ja mnie bardzo jestem czy tylko juz dziekuje dzisiaj dla moj przez tego ze")),
    ];

    public static string Of(string text)
    {
        var words = Words.Of(WithoutMarks(text));
        return ByScript(words) ?? ByWords(words);
    }

    private static HashSet<string> Set(string words) =>
        [.. words.Split(' ').Select(word => Letters.Folded(word))];

    private static string WithoutMarks(string text) =>
        string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word[0] is not ('@' or '#') && !word.StartsWith("http", StringComparison.OrdinalIgnoreCase)));

    private static string? ByScript(List<string> words)
    {
        var letters = 0;
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var letter in words.SelectMany(word => word).Where(char.IsLetter))
        {
            letters++;
            if (Script(letter) is { } script)
            {
                counts[script] = counts.GetValueOrDefault(script) + 1;
            }
        }

        var foreign = counts.Values.Sum();
        if (foreign == 0 || foreign * 2 < letters)
        {
            return null;
        }

        // Japanese is written with Chinese letters too, and Ukrainian mostly with Russian ones.
        return counts.ContainsKey("ja") ? "ja"
            : counts.ContainsKey("uk") ? "uk"
            : counts.ContainsKey(Other) ? Other
            : counts.MaxBy(count => count.Value).Key;
    }

    private static string? Script(char letter) => letter switch
    {
        'і' or 'ї' or 'є' or 'ґ' => "uk",
        >= '\u0400' and <= '\u04ff' => "ru",
        >= '\u0370' and <= '\u03ff' => "el",
        >= '\u0590' and <= '\u05ff' => "he",

        // Persian and Urdu, which are not Arabic to those who write them.
        'پ' or 'چ' or 'ژ' or 'گ' or 'ٹ' or 'ڈ' or 'ڑ' or 'ے' or 'ی' or 'ک' => Other,
        >= '\u0600' and <= '\u06ff' => "ar",
        >= '\u0900' and <= '\u097f' => "hi",
        >= '\u0e00' and <= '\u0e7f' => "th",
        >= '\u3040' and <= '\u30ff' => "ja",
        >= '\u1100' and <= '\u11ff' or >= '\uac00' and <= '\ud7af' => "ko",
        >= '\u4e00' and <= '\u9fff' => "zh",
        >= '\u0530' and <= '\u058f' or >= '\u0980' and <= '\u0dff' or >= '\u1000' and <= '\u10ff' => Other,
        _ => null,
    };

    private static string ByWords(List<string> words)
    {
        var (best, most, english) = (English, 0, 0);
        foreach (var (language, common) in s_common)
        {
            var count = words.Count(common.Contains);
            if (language == English)
            {
                english = count;
            }
            else if (count > most && (count > 2 || words.Exists(word => word.Length > 3 && common.Contains(word))))
            {
                // "de la" alone is a piece of a name.
                (best, most) = (language, count);
            }
        }

        // A name or two is no language: a short text is taken for English unless several of its words say otherwise.
        return most >= 2 && most > 2 * english && most * 5 >= words.Count ? best : English;
    }
}
