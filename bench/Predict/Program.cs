using SocialSentiment.Bench;
using SocialSentiment.Bench.Predict;

const string Usage = """
    Measures POST /predict over HTTP: with the model, beside the model service itself, and with the lexicon in its place.
      --api URL        the API
      --service URL    the model service that labels for it
      --model NAME     for the headings
      --rate N         predictions per second in the open loop (200)
      --seconds N      of each measurement (4)
      --texts PLACE    a file or folder of texts, one per line; made up if not given
    """;

if (Arguments.Read(args, Usage, "api", "service", "model", "rate", "seconds", "texts") is not { } arguments)
{
    return 2;
}

var texts = arguments.Text("texts") is { } place ? Texts.Read(place) : Texts.MakeUp(20_000);
using var api = new Target("the API", new Uri(arguments.Required("api")), IsApi: true);
using var service = new Target("the model service", new Uri(arguments.Required("service")), IsApi: false);
await new PredictBench(api, service, texts, arguments).RunAsync();
return 0;
