using SocialSentiment.Contracts;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.Replies.Text;

namespace SocialSentiment.Replies.Tests;

/// <summary>Every template may be sent as it is: it passes all that a model's draft has to pass.</summary>
public sealed class TemplatesTests
{
    // A post of each kind, in no tone of its own.
    private static readonly (PostKind Kind, SentimentLabel Label, string Text)[] s_posts =
    [
        (PostKind.Plain, SentimentLabel.Negative, "The train was late again and the heating did not work."),
        (PostKind.Plain, SentimentLabel.Neutral, "The train leaves from platform seven."),
        (PostKind.Plain, SentimentLabel.Positive, "The best journey in years, such a lovely crew."),
        (PostKind.Question, SentimentLabel.Negative, "Why is the app broken again?"),
        (PostKind.Question, SentimentLabel.Neutral, "Does the red one come in large?"),
        (PostKind.Question, SentimentLabel.Positive, "This is so good, when can I have more of it?"),
        (PostKind.Thanks, SentimentLabel.Positive, "Thank you for the quick help"),
        (PostKind.Thanks, SentimentLabel.Neutral, "thanks for the tip"),
        (PostKind.Shouting, SentimentLabel.Negative, "WORST SERVICE EVER, ABSOLUTELY USELESS"),
        (PostKind.Shouting, SentimentLabel.Positive, "BEST CONCERT EVER, TOTALLY INSANE"),
        (PostKind.Emoji, SentimentLabel.Negative, "😡😡😡"),
        (PostKind.Emoji, SentimentLabel.Neutral, "🤔"),
        (PostKind.Emoji, SentimentLabel.Positive, "😍👍"),
        (PostKind.Grief, SentimentLabel.Negative, "My grandmother passed away last night."),
        (PostKind.Grief, SentimentLabel.Neutral, "The funeral of our coach is on Friday."),
        (PostKind.Violence, SentimentLabel.Negative, "Two people were shot outside the stadium."),
        (PostKind.Crisis, SentimentLabel.Negative, "I want to kill myself"),
        (PostKind.Crisis, SentimentLabel.Positive, "i just want to die"),
        (PostKind.Foreign, SentimentLabel.Negative, "El servicio es muy malo y no tengo respuesta"),
        (PostKind.Foreign, SentimentLabel.Positive, "Das ist wirklich sehr gut, ich bin begeistert"),
        (PostKind.Foreign, SentimentLabel.Neutral, "電車が遅れています"),
    ];

    public static TheoryData<string, SentimentLabel, ReplyTone> Situations()
    {
        var data = new TheoryData<string, SentimentLabel, ReplyTone>();
        foreach (var (_, label, text) in s_posts)
        {
            foreach (var tone in Enum.GetValues<ReplyTone>())
            {
                data.Add(text, label, tone);
            }
        }

        return data;
    }

    public static TheoryData<SentimentLabel, ReplyTone> Cells()
    {
        var data = new TheoryData<SentimentLabel, ReplyTone>();
        foreach (var label in Enum.GetValues<SentimentLabel>())
        {
            foreach (var tone in Enum.GetValues<ReplyTone>())
            {
                data.Add(label, tone);
            }
        }

        return data;
    }

    [Fact]
    public void The_posts_of_these_tests_are_of_their_kinds() =>
        Assert.All(s_posts, post => Assert.Equal(post.Kind, PostKinds.Of(post.Text, post.Label)));

    [Theory]
    [MemberData(nameof(Cells))]
    public void Six_at_least_for_each_label_and_tone(SentimentLabel label, ReplyTone tone) =>
        Assert.True(Templates.Cell(PostKind.Plain, label, tone).Count >= 6);

    [Theory]
    [MemberData(nameof(Situations))]
    public void Five_at_least_for_whatever_is_said_in_English(string text, SentimentLabel label, ReplyTone tone)
    {
        var situation = new ReplySituation(text, label, tone);
        Assert.True(Templates.For(situation).Count >= (PostKinds.Of(situation) == PostKind.Foreign ? 3 : 5));
    }

    [Theory]
    [MemberData(nameof(Situations))]
    public void They_pass_what_drafts_have_to_pass(string text, SentimentLabel label, ReplyTone tone)
    {
        var situation = new ReplySituation(text, label, tone);
        foreach (var template in Templates.For(situation))
        {
            Assert.Equal(template, DraftCleaner.Clean(template));
            Assert.Equal(template, DraftCleaner.Clean(template, isWhole: false));
            Assert.Null(DraftSafety.Check(template, text));

            // Who is happy in a language that the labels were not made for may be neither.
            if (PostKinds.Of(situation) != PostKind.Foreign)
            {
                Assert.Null(DraftTone.Check(situation, template));
                Assert.Equal(Languages.English, Languages.Of(template));
            }

            Assert.InRange(template.Length, 4, 240);
        }
    }

    [Theory]
    [MemberData(nameof(Situations))]
    public void Those_that_may_stand_side_by_side_are_different(string text, SentimentLabel label, ReplyTone tone)
    {
        var templates = Templates.For(new ReplySituation(text, label, tone));
        for (var i = 0; i < templates.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Assert.False(DraftSimilarity.AreNearDuplicates(templates[i], templates[j]), $"{templates[i]} / {templates[j]}");
            }
        }
    }

    [Fact]
    public void Brief_ones_are_brief()
    {
        foreach (var (heading, lines) in Templates.All.Where(cell => cell.Heading.EndsWith("brief", StringComparison.Ordinal)))
        {
            // Somebody in danger is told whom to turn to.
            var most = heading.StartsWith("crisis", StringComparison.Ordinal) ? 110 : 60;
            Assert.All(lines, line => Assert.InRange(line.Length, 4, most));
        }
    }

    [Fact]
    public void No_reply_is_there_twice()
    {
        var lines = Templates.All.SelectMany(cell => cell.Lines).ToArray();
        Assert.Equal(lines.Length, lines.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void No_heading_is_misspelt()
    {
        var kinds = Enum.GetNames<PostKind>().Select(name => name.ToLowerInvariant()).ToHashSet();
        var labels = Enum.GetNames<SentimentLabel>().Select(name => name.ToLowerInvariant()).Append("any").ToHashSet();
        var tones = Enum.GetNames<ReplyTone>().Select(name => name.ToLowerInvariant()).Append("any").ToHashSet();
        foreach (var (heading, _) in Templates.All.Where(cell => cell.Heading.Contains(' ', StringComparison.Ordinal)))
        {
            var parts = heading.Split(' ');
            Assert.True(parts.Length == 3 && kinds.Contains(parts[0]) && labels.Contains(parts[1]) && tones.Contains(parts[2]), heading);
        }
    }

    [Theory]
    [InlineData("es")]
    [InlineData("fr")]
    [InlineData("de")]
    [InlineData("pt")]
    [InlineData("it")]
    [InlineData("nl")]
    [InlineData("tr")]
    [InlineData("id")]
    [InlineData("pl")]
    [InlineData("ru")]
    [InlineData("uk")]
    [InlineData("ar")]
    [InlineData("ja")]
    [InlineData("ko")]
    [InlineData("zh")]
    [InlineData("hi")]
    [InlineData("el")]
    [InlineData("he")]
    [InlineData("th")]
    public void Those_in_other_languages_are_without_feeling_and_safe(string language)
    {
        var lines = Templates.In(language);
        Assert.True(lines.Count >= 3);
        Assert.NotEqual(Templates.In(Languages.Other), lines);
        Assert.All(lines, line =>
        {
            Assert.Equal(line, DraftCleaner.Clean(line));
            Assert.Null(DraftSafety.Check(line, ""));
            Assert.DoesNotContain('!', line);
        });
    }

    [Fact]
    public void A_crisis_is_pointed_to_help_and_no_number_is_made_up() =>
        Assert.All(Templates.All.Where(cell => cell.Heading.StartsWith("crisis", StringComparison.Ordinal)).SelectMany(cell => cell.Lines), line =>
        {
            Assert.Contains("emergency services", line);
            Assert.DoesNotContain(line, char.IsDigit);
        });

    [Fact]
    public void A_question_in_a_post_is_not_answered_with_thanks_alone()
    {
        foreach (var line in Templates.All.Where(cell => cell.Heading.StartsWith("question", StringComparison.Ordinal)).SelectMany(cell => cell.Lines))
        {
            // Half the score is lost by those that are.
            var situation = new ReplySituation("Does the red one come in large?", SentimentLabel.Neutral, ReplyTone.Friendly);
            Assert.InRange(DraftScore.Of(PostKind.Question, situation, line, (0, 1, 0), null), 0.5, 1);
        }
    }

    [Theory]
    [MemberData(nameof(Situations))]
    public void The_same_seed_takes_the_same_and_all_are_different(string text, SentimentLabel label, ReplyTone tone)
    {
        var situation = new ReplySituation(text, label, tone);
        for (var seed = -3L; seed < 3; seed++)
        {
            var chosen = Templates.Choose(situation, 3, seed);
            Assert.Equal(3, chosen.Distinct().Count());
            Assert.Equal(chosen, Templates.Choose(situation, 3, seed));
            Assert.Equal(chosen, Templates.Choose(situation, 5, seed).Take(3));
        }
    }

    [Fact]
    public void Other_seeds_take_others()
    {
        var situation = new ReplySituation("The train was late.", SentimentLabel.Negative, ReplyTone.Friendly);
        var first = Enumerable.Range(0, 200).Select(seed => Templates.Choose(situation, 1, seed)[0]).CountBy(text => text).ToArray();
        Assert.Equal(Templates.For(situation).Count, first.Length);
        Assert.All(first, count => Assert.InRange(count.Value, 8, 60));
    }

    [Fact]
    public void The_choice_is_the_same_on_every_machine() =>
        Assert.Equal([3, 1, 6, 2, 4, 0, 7, 5], new Draws(42).Shuffled([0, 1, 2, 3, 4, 5, 6, 7]));

    [Fact]
    public void None_may_be_asked_for() =>
        Assert.Empty(Templates.Choose(new ReplySituation("Hello", SentimentLabel.Neutral, ReplyTone.Brief), 0, 1));

    [Fact]
    public void The_version_is_a_short_hash() => Assert.Matches("^[0-9a-f]{8}$", Templates.Version);
}
