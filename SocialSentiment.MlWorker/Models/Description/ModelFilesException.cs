namespace SocialSentiment.MlWorker.Models.Description;

/// <summary>A model's files are missing, broken, or of a kind that does not serve here. The message says so to people.</summary>
internal sealed class ModelFilesException : Exception
{
    public ModelFilesException(string message)
        : base(message)
    {
    }

    public ModelFilesException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
