using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SocialSentiment.ServiceDefaults.Options;
using Xunit;

namespace SocialSentiment.ServiceDefaults.Tests.Options;

public sealed class ConfigurationErrorsTests
{
    [Fact]
    public void Every_error_of_every_section_is_listed_with_its_path()
    {
        using var host = HostWith(
            ("Shop:Name", ""),
            ("Shop:Size", "0"),
            ("Shop:Door:Width", "-1"),
            ("Shop:Shelves:1:Width", "-2"),
            ("Yard:Area", "much"),
            ("HttpResilience:AttemptTimeout", "00:01:00"));

        var errors = ConfigurationErrors.Collect(host.Services);

        Assert.Equal(
            ["HttpResilience:AttemptTimeout", "Shop:Door:Width", "Shop:Name", "Shop:Shelves:1:Width", "Shop:Size"],
            errors.Where(error => !error.Contains("Yard", StringComparison.Ordinal)).Select(error => error.Split(": ")[0]).Order(StringComparer.Ordinal));
        Assert.Contains("'Yard:Area'", Assert.Single(errors, error => error.Contains("Yard", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_good_configuration_has_no_errors()
    {
        using var host = HostWith(("Shop:Name", "corner"));
        Assert.Empty(ConfigurationErrors.Collect(host.Services));
    }

    [Fact]
    public async Task A_host_that_is_started_without_asking_fails_all_the_same()
    {
        using var host = HostWith(("Shop:Size", "0"));
        await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
    }

    private static IHost HostWith(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.AddServiceDefaults();
        builder.AddValidatedOptions<ShopOptions>("Shop");
        builder.AddValidatedOptions<YardOptions>("Yard");
        return builder.Build();
    }

    private sealed class ShopOptions
    {
        [Required]
        public string Name { get; set; } = "shop";

        [Range(1, 9)]
        public int Size { get; set; } = 5;

        public OpeningOptions Door { get; set; } = new();

        public List<OpeningOptions> Shelves { get; set; } = [new()];
    }

    private sealed class OpeningOptions
    {
        [Range(0, 9)]
        public int Width { get; set; } = 1;
    }

    private sealed class YardOptions
    {
        public int Area { get; set; }
    }
}
