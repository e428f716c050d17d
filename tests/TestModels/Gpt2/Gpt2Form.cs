namespace SocialSentiment.TestModels.Gpt2;

/// <summary>The forms in which exporters give a language model.</summary>
public enum Gpt2Form
{
    /// <summary><c>decoder_model</c>: takes a text, gives its cache.</summary>
    Decoder,

    /// <summary><c>decoder_with_past_model</c>: takes a cache and what is new.</summary>
    DecoderWithPast,

    /// <summary><c>decoder_model_merged</c>: both in one, and an input that says which.</summary>
    Merged,
}
