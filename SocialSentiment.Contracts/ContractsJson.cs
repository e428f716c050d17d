using System.Text.Json;
using System.Text.Json.Serialization;
using SocialSentiment.Contracts.Accounting;
using SocialSentiment.Contracts.Audit;
using SocialSentiment.Contracts.Database;
using SocialSentiment.Contracts.DeadLetters;
using SocialSentiment.Contracts.Events;
using SocialSentiment.Contracts.Failsafe;
using SocialSentiment.Contracts.Keys;
using SocialSentiment.Contracts.Messages;
using SocialSentiment.Contracts.Models;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Contracts.Predictions;
using SocialSentiment.Contracts.Replies;
using SocialSentiment.Contracts.Status;

namespace SocialSentiment.Contracts;

/// <summary>Everything that crosses a wire, with its serializer generated at build time: <c>snake_case</c>, absent instead of null.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AccountingResponse))]
[JsonSerializable(typeof(ActivateModelRequest))]
[JsonSerializable(typeof(ActivationResponse))]
[JsonSerializable(typeof(AnalysisResult))]
[JsonSerializable(typeof(AnalyzeJob))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(CreatedKeyResponse))]
[JsonSerializable(typeof(CreateKeyRequest))]
[JsonSerializable(typeof(CreatePostRequest))]
[JsonSerializable(typeof(CreatePostsRequest))]
[JsonSerializable(typeof(DatabaseHealthResponse))]
[JsonSerializable(typeof(DeadLetterPage))]
[JsonSerializable(typeof(DeadLetterResponse))]
[JsonSerializable(typeof(DeletedModelResponse))]
[JsonSerializable(typeof(DownloadModelRequest))]
[JsonSerializable(typeof(DownloadResponse))]
[JsonSerializable(typeof(EditPostRequest))]
[JsonSerializable(typeof(EditReplyRequest))]
[JsonSerializable(typeof(FailsafeNotice))]
[JsonSerializable(typeof(FailsafeStatusResponse))]
[JsonSerializable(typeof(FailsafeTransition))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(InferenceRequest))]
[JsonSerializable(typeof(KeptPrediction))]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(MetricsResponse))]
[JsonSerializable(typeof(ModelActivation))]
[JsonSerializable(typeof(ModelListResponse))]
[JsonSerializable(typeof(ModelNotice))]
[JsonSerializable(typeof(ModelPrediction))]
[JsonSerializable(typeof(ModelPredictionBatch))]
[JsonSerializable(typeof(ModelResponse))]
[JsonSerializable(typeof(ModelsResponse))]
[JsonSerializable(typeof(PostBatchResponse))]
[JsonSerializable(typeof(PostDetailResponse))]
[JsonSerializable(typeof(PostEvent))]
[JsonSerializable(typeof(PostPage))]
[JsonSerializable(typeof(PostRepliesResponse))]
[JsonSerializable(typeof(PostResponse))]
[JsonSerializable(typeof(PredictBatchRequest))]
[JsonSerializable(typeof(PredictReply))]
[JsonSerializable(typeof(PredictRequest))]
[JsonSerializable(typeof(PredictionBatchRequest))]
[JsonSerializable(typeof(PredictionBatchResponse))]
[JsonSerializable(typeof(PredictionPage))]
[JsonSerializable(typeof(PredictionRequest))]
[JsonSerializable(typeof(PredictionResponse))]
[JsonSerializable(typeof(RepliesRequest))]
[JsonSerializable(typeof(ReplyDraft))]
[JsonSerializable(typeof(ReplyJob))]
[JsonSerializable(typeof(ReplyJobResponse))]
[JsonSerializable(typeof(ReplyNotice))]
[JsonSerializable(typeof(ReplyPreviewRequest))]
[JsonSerializable(typeof(ReplyProgress))]
[JsonSerializable(typeof(ReplyResult))]
[JsonSerializable(typeof(SentimentLabel))]
[JsonSerializable(typeof(ServiceDescription))]
[JsonSerializable(typeof(StatusResponse))]
public sealed partial class ContractsJson : JsonSerializerContext;
