namespace SocialSentiment.MlWorker.Models.Store;

/// <summary>Where models are kept; section <c>ModelStore</c>.</summary>
internal sealed class ModelStoreOptions
{
    public const string Section = "ModelStore";

    /// <summary>
    /// May be shared by several workers. Default: <c>$HF_HOME/socialsentiment</c>, or <c>socialsentiment/models</c> where
    /// the system keeps the data of applications.
    /// </summary>
    public string? Folder { get; set; }

    /// <summary>The models that come with the product. Default: <c>models</c> next to the program.</summary>
    public string EmbeddedFolder { get; set; } = Path.Combine(AppContext.BaseDirectory, "models");
}
