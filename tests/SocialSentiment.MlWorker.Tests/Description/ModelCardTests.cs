using SocialSentiment.MlWorker.Models.Description;
using Xunit;

namespace SocialSentiment.MlWorker.Tests.Description;

public sealed class ModelCardTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("card-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("# A model\n\nIt labels texts.\n", "# A model\n\nIt labels texts.\n")]
    [InlineData("---\nlicense: mit\ntags:\n- onnx\n---\n\n# A model\n", "# A model\n")]
    [InlineData("---\r\nlicense: mit\r\n---\r\n# A model\r\n", "# A model\r\n")]
    [InlineData("---\n# A model under a rule\n", "---\n# A model under a rule\n")]
    [InlineData("# A model\n---\nwith rules\n---\n", "# A model\n---\nwith rules\n---\n")]
    [InlineData("", "")]
    public void What_is_for_programs_is_left_out(string file, string card)
    {
        File.WriteAllText(Path.Combine(_folder, "README.md"), file);

        Assert.Equal(card, ModelCard.Read(_folder));
    }

    [Fact]
    public void There_need_be_none() => Assert.Null(ModelCard.Read(_folder));

    [Fact]
    public void A_very_long_one_is_cut()
    {
        File.WriteAllText(Path.Combine(_folder, "README.md"), new string('x', 1_000_000));

        Assert.Equal(64 * 1024, ModelCard.Read(_folder)!.Length);
    }
}
