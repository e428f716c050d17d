namespace SocialSentiment.TestModels.Tokenizers;

/// <summary>Tokenizes as the files of a test repository say, with code of its own.</summary>
public interface ITestTokenizer
{
    /// <summary>The ids of a text between the model's special tokens.</summary>
    int[] Encode(string text);

    /// <summary>The ids of a text alone.</summary>
    int[] EncodePlain(string text);

    /// <summary>The id of one token, in the spelling of the vocabulary file.</summary>
    int IdOf(string token);
}
