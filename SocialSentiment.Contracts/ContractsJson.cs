using System.Text.Json;
using System.Text.Json.Serialization;
using SocialSentiment.Contracts.Accounting;
using SocialSentiment.Contracts.Database;
using SocialSentiment.Contracts.DeadLetters;
using SocialSentiment.Contracts.Events;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Contracts.Status;

namespace SocialSentiment.Contracts;

/// <summary>Everything that crosses a wire, with its serializer generated at build time: <c>snake_case</c>, absent instead of null.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AccountingResponse))]
[JsonSerializable(typeof(AnalysisResult))]
[JsonSerializable(typeof(AnalyzeJob))]
[JsonSerializable(typeof(CreatePostRequest))]
[JsonSerializable(typeof(CreatePostsRequest))]
[JsonSerializable(typeof(DatabaseHealthResponse))]
[JsonSerializable(typeof(DeadLetterPage))]
[JsonSerializable(typeof(DeadLetterResponse))]
[JsonSerializable(typeof(EditPostRequest))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(PostBatchResponse))]
[JsonSerializable(typeof(PostDetailResponse))]
[JsonSerializable(typeof(PostEvent))]
[JsonSerializable(typeof(PostPage))]
[JsonSerializable(typeof(PostResponse))]
[JsonSerializable(typeof(SentimentLabel))]
[JsonSerializable(typeof(ServiceDescription))]
[JsonSerializable(typeof(StatusResponse))]
public sealed partial class ContractsJson : JsonSerializerContext;
