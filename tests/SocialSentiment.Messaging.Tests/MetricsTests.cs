using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Xunit;

namespace SocialSentiment.Messaging.Tests;

/// <summary>What an operator sees of messages.</summary>
public sealed class MetricsTests(BrokerFixture fixture) : BrokerTest(fixture)
{
    [Fact]
    public async Task Everything_that_happens_to_messages_is_counted()
    {
        var counts = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == MessagingMetrics.MeterName)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, 1, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        var handler = ScriptedHandler.FailingOn("1");
        var service = await StartAsync(builder => builder.AddHandler(Queues.Results, handler, options => (options.MaxAttempts, options.RetryDelay) = (2, TimeSpan.FromMilliseconds(10))));

        await service.Publisher.PublishBatchAsync(Queues.Results, Outgoing.Messages(5), Token);
        await service.Publisher.PublishBatchAsync("nowhere", Outgoing.Messages(2), Token);
        await Raw.TakeAsync(Queues.Dead, Token);
        await SettledAsync(Queues.Results);

        Assert.Equal(5, counts["published results"]);
        Assert.Equal(2, counts["publish.failed nowhere returned"]);
        Assert.Equal(5, counts["received results"]);
        Assert.Equal(4, counts["handled results"]);
        Assert.Equal(1, counts["retried results"]);
        Assert.Equal(1, counts["dead_lettered results rejected"]);
        Assert.Equal(5, counts["queue.wait results"]);
        Assert.True(counts["failed results error"] >= 2);
        Assert.True(counts["batch.size results"] >= 5);
        Assert.True(counts["handling.duration results"] >= 3);
        Assert.Equal(1, counts["publish.duration results"]);

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var name = instrument.Name.Replace("sentiment.messaging.", "", StringComparison.Ordinal);
            foreach (var tag in tags)
            {
                name += $" {tag.Value}";
            }

            counts.AddOrUpdate(name, value, (_, sum) => sum + value);
        }
    }
}
