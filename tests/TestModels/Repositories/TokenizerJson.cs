using System.Text.Json.Nodes;
using SocialSentiment.TestModels.Tokenizers;

namespace SocialSentiment.TestModels.Repositories;

/// <summary>The parts of tokenizer.json that all tokenizers have in common.</summary>
internal static class TokenizerJson
{
    public static JsonArray AddedTokens(ITestTokenizer tokenizer, IEnumerable<string> tokens, string? takesBlankBefore = null)
        => JsonFile.Array(tokens.OrderBy(tokenizer.IdOf).Select(token => new JsonObject
        {
            ["id"] = tokenizer.IdOf(token),
            ["content"] = token,
            ["single_word"] = false,
            ["lstrip"] = token == takesBlankBefore,
            ["rstrip"] = false,
            ["normalized"] = false,
            ["special"] = true,
        }));
}
