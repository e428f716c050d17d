using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace SocialSentiment.Api.Docs;

/// <summary>What requests and answers look like, by the name of their type: people copy them, so a test reads each with the serializer.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string> s_examples = new(StringComparer.Ordinal)
    {
        ["PredictionRequest"] =
            """{ "text": "I love this!", "model": "compact", "include_probabilities": true, "timeout_ms": 500, "cache": true, "store": true }""",
        ["PredictionBatchRequest"] =
            """{ "texts": ["I love this!", "Never again."], "include_probabilities": true, "cache": true, "store": true }""",
        ["PredictionResponse"] =
            """
            {
              "sentiment": "positive", "confidence": 0.987, "compound_score": 0.98, "probabilities": { "negative": 0.007, "neutral": 0.006, "positive": 0.987 },
              "model_used": "compact", "model_version": "5d0c3a91b7f2", "processing_time_ms": 2.417, "fallback_used": false, "timestamp": "2026-11-21T12:30:04.217391Z",
              "cached": false, "id": "019aa3b2-5c1e-7d40-9b6e-2f1f0c8a7e11"
            }
            """,
        ["PredictionBatchResponse"] =
            """
            {
              "results": [
                {
                  "sentiment": "positive", "confidence": 0.87, "compound_score": 0.8, "probabilities": { "negative": 0.07, "neutral": 0.06, "positive": 0.87 },
                  "model_used": "compact", "fallback_used": false, "cached": false, "id": "019aa3b2-5c1e-7d40-9b6e-2f1f0c8a7e11"
                },
                { "fallback_used": false, "cached": false, "error": "text is required and must not be blank" }
              ],
              "model_used": "compact", "model_version": "5d0c3a91b7f2", "total_processing_time_ms": 3.1, "batch_size": 2, "failed": 1, "fallback_used": false,
              "timestamp": "2026-11-21T12:30:04.217391Z"
            }
            """,
        ["PredictionPage"] =
            """
            {
              "items": [
                {
                  "id": "019aa3b2-5c1e-7d40-9b6e-2f1f0c8a7e11", "timestamp": "2026-11-21T12:30:04.217391Z", "text": "I love this!", "sentiment": "positive", "confidence": 0.82,
                  "compound_score": 0.6696, "probabilities": { "negative": 0, "neutral": 0.18, "positive": 0.82 }, "model_used": "vader", "model_version": "3.3.2",
                  "processing_time_ms": 0.1, "fallback_used": true, "fallback_reason": "breaker_open", "cached": false, "caller": "night job", "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"
                }
              ],
              "next": "CN8pI0qkgAABmqOyXB59QJtuLx8Min4R"
            }
            """,
        ["FailsafeStatusResponse"] =
            """
            {
              "state": "open", "since": "2026-11-21T12:30:04.217391Z", "failures_in_window": 3, "max_failures": 3, "window_seconds": 300, "break_seconds": 60,
              "next_probe_at": "2026-11-21T12:31:04.217391Z", "counts": { "asked": 1204, "answered": 1201, "failures": 3, "fallbacks": 57, "probes": 0, "opened": 1 },
              "last_error": { "at": "2026-11-21T12:30:04.216Z", "reason": "Nobody answered the request in predict within 1.9 s." },
              "history": [{ "at": "2026-11-21T12:30:04.217391Z", "replica": "api-1", "state": "open", "reason": "3 failures within 300 s, the last: Nobody answered the request in predict within 1.9 s" }],
              "replicas": [
                {
                  "replica": "api-1", "state": "open", "since": "2026-11-21T12:30:04.217391Z", "failures_in_window": 3, "next_probe_at": "2026-11-21T12:31:04.217391Z",
                  "counts": { "asked": 1204, "answered": 1201, "failures": 3, "fallbacks": 57, "probes": 0, "opened": 1 },
                  "last_error": { "at": "2026-11-21T12:30:04.216Z", "reason": "Nobody answered the request in predict within 1.9 s." }
                }
              ]
            }
            """,
        ["CreateKeyRequest"] =
            """{ "name": "night job", "scope": "write", "requests_per_minute": 600, "expires_at": "2027-01-01T00:00:00Z" }""",
        ["CreatePostRequest"] =
            """{ "text": "Best coffee in town!", "author": "ann", "source": "web", "external_id": "4711", "created_at": "2026-11-21T12:30:00Z", "language": "en" }""",
        ["CreatePostsRequest"] =
            """{ "posts": [{ "text": "Best coffee in town!" }, { "text": "Never again.", "source": "web" }] }""",
        ["EditPostRequest"] =
            """{ "text": "On second thought: fine.", "revision": 1 }""",
        ["PostResponse"] =
            """
            {
              "id": "019aa3b2-5c1e-7d40-9b6e-2f1f0c8a7e11", "revision": 1, "status": "labelled", "text": "Best coffee in town!",
              "author": "ann", "source": "web", "external_id": "4711", "language": "en",
              "created_at": "2026-11-21T12:30:00Z", "accepted_at": "2026-11-21T12:30:04.217391Z",
              "sentiment": { "label": "positive", "confidence": 0.987, "provisional": false, "model": "compact", "analysed_at": "2026-11-21T12:30:04.301118Z" }
            }
            """,
        ["PostDetailResponse"] =
            """
            {
              "post": {
                "id": "019aa3b2-5c1e-7d40-9b6e-2f1f0c8a7e11", "revision": 2, "status": "labelled", "text": "On second thought: fine.", "source": "web",
                "created_at": "2026-11-21T12:30:00Z", "accepted_at": "2026-11-21T12:30:04.217391Z", "edited_at": "2026-11-21T12:41:10.5Z",
                "sentiment": { "label": "neutral", "confidence": 0.71, "provisional": false, "model": "compact", "analysed_at": "2026-11-21T12:41:10.6Z" }
              },
              "analyses": [
                {
                  "revision": 2, "label": "neutral", "confidence": 0.71, "probabilities": { "negative": 0.08, "neutral": 0.71, "positive": 0.21 }, "provisional": false,
                  "provenance": {
                    "model": "compact", "version": "5d0c3a91b7f2", "precision": "int8", "attempt": 1, "worker": "worker-1", "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "duration_ms": 1.9,
                    "analysed_at": "2026-11-21T12:41:10.6Z"
                  }
                }
              ],
              "earlier_texts": [{ "revision": 1, "text": "Best coffee in town!", "replaced_at": "2026-11-21T12:41:10.5Z" }]
            }
            """,
        ["PostPage"] =
            """
            {
              "items": [
                {
                  "id": "019aa3b2-5c1e-7d40-9b6e-2f1f0c8a7e11", "revision": 1, "status": "pending", "text": "Best coffee in town!", "source": "web",
                  "created_at": "2026-11-21T12:30:00Z", "accepted_at": "2026-11-21T12:30:04.217391Z"
                }
              ],
              "next": "CN8pI0qkgAABmqOyXB59QJtuLx8Min4R"
            }
            """,
        ["PostBatchResponse"] =
            """
            {
              "accepted": 1, "existing": 0, "rejected": 1,
              "items": [
                { "index": 0, "outcome": "accepted", "id": "019aa3b2-5c1e-7d40-9b6e-2f1f0c8a7e11" },
                { "index": 1, "outcome": "invalid", "errors": { "text": ["is required and must not be blank"] } }
              ]
            }
            """,
        ["PostEvent"] =
            """
            {
              "kind": "labelled", "post_id": "019aa3b2-5c1e-7d40-9b6e-2f1f0c8a7e11", "revision": 1, "at": "2026-11-21T12:30:04.301118Z",
              "post": {
                "id": "019aa3b2-5c1e-7d40-9b6e-2f1f0c8a7e11", "revision": 1, "status": "labelled", "text": "Best coffee in town!", "source": "web",
                "created_at": "2026-11-21T12:30:00Z", "accepted_at": "2026-11-21T12:30:04.217391Z",
                "sentiment": { "label": "positive", "confidence": 0.987, "provisional": false, "model": "compact", "analysed_at": "2026-11-21T12:30:04.301118Z" }
              }
            }
            """,
        ["RepliesRequest"] =
            """{ "tone": "friendly", "count": 3, "model": "compact-gpt", "seed": 42 }""",
        ["ReplyPreviewRequest"] =
            """{ "text": "Best coffee in town!", "tone": "friendly", "count": 3, "model": "compact-gpt", "seed": 42 }""",
        ["EditReplyRequest"] =
            """{ "text": "So glad you liked the coffee! Come back soon." }""",
        ["ReplyDraft"] =
            """
            {
              "id": "019aa3b3-11aa-7c02-8e01-5a1d2f3b4c5d", "job_id": "019aa3b3-0c1e-7d40-9b6e-2f1f0c8a7e11", "rank": 1, "text": "So glad you liked the coffee! Thanks for telling us.", "source": "model",
              "model": "compact-gpt", "version": "8f14e45fceea", "seed": 42, "tone": "friendly", "label": "positive", "score": 0.81, "decision": "open", "created_at": "2026-11-21T12:31:00.9Z"
            }
            """,
        ["ReplyJobResponse"] =
            """
            {
              "id": "019aa3b3-0c1e-7d40-9b6e-2f1f0c8a7e11", "post_id": "019aa3b2-5c1e-7d40-9b6e-2f1f0c8a7e11", "state": "done", "tone": "friendly", "count": 1, "seed": 42,
              "requested_at": "2026-11-21T12:31:00.2Z", "started_at": "2026-11-21T12:31:00.3Z", "finished_at": "2026-11-21T12:31:00.9Z",
              "drafts": [
                {
                  "id": "019aa3b3-11aa-7c02-8e01-5a1d2f3b4c5d", "job_id": "019aa3b3-0c1e-7d40-9b6e-2f1f0c8a7e11", "rank": 1, "text": "So glad you liked the coffee! Thanks for telling us.", "source": "model",
                  "model": "compact-gpt", "version": "8f14e45fceea", "seed": 42, "tone": "friendly", "label": "positive", "score": 0.81, "decision": "open", "created_at": "2026-11-21T12:31:00.9Z"
                }
              ]
            }
            """,
        ["PostRepliesResponse"] =
            """
            {
              "running": [],
              "drafts": [
                {
                  "id": "019aa3b3-11aa-7c02-8e01-5a1d2f3b4c5d", "job_id": "019aa3b3-0c1e-7d40-9b6e-2f1f0c8a7e11", "rank": 1, "text": "So glad you liked the coffee! Thanks for telling us.", "source": "model",
                  "model": "compact-gpt", "version": "8f14e45fceea", "seed": 42, "tone": "friendly", "label": "positive", "score": 0.81, "decision": "open", "created_at": "2026-11-21T12:31:00.9Z"
                }
              ]
            }
            """,
        ["ReplyProgress"] =
            """{ "job_id": "019aa3b3-0c1e-7d40-9b6e-2f1f0c8a7e11", "run": "5d1c3f0e-6a4b-4d53-9a3f-0c6f7a1e2b11", "texts": ["So glad you liked", "Thanks a lot for", null] }""",
        ["ModelsResponse"] =
            """
            {
              "active": "compact", "active_version": "5d0c3a91b7f2",
              "workers": [
                { "replica": "worker-1", "device": "cpu", "active": "compact", "active_version": "5d0c3a91b7f2", "memory_mb": 48, "memory_budget_mb": 4096, "heard_seconds_ago": 2.4 }
              ],
              "models": [
                {
                  "key": "vader", "title": "VADER", "description": "A lexicon with rules: at once, without a network.", "state": "present", "active": false, "tasks": ["sentiment"],
                  "family": "vader", "source": "built_in", "licence": "MIT", "languages": ["en"], "says_neutral": true, "versions": [],
                  "replicas": [{ "replica": "worker-1", "state": "present" }]
                }
              ]
            }
            """,
        ["ModelResponse"] =
            """
            {
              "key": "compact", "title": "Compact", "description": "The model that comes with the product.", "state": "loaded", "active": true, "tasks": ["sentiment"],
              "family": "classifier", "source": "embedded", "licence": "MIT", "languages": ["en"], "labels": ["negative", "neutral", "positive"], "says_neutral": true,
              "version": "5d0c3a91b7f2", "versions": [], "size_bytes": 9001342,
              "card": "# compact\n\nThe embedded default: labels English tweets negative, neutral or positive, with nothing to download.",
              "loaded": { "version": "5d0c3a91b7f2", "precision": "mixed", "golden_texts": 25, "memory_mb": 44, "loaded_at": "2026-11-21T12:00:00Z", "inside": 0 },
              "replicas": [
                {
                  "replica": "worker-1", "state": "loaded", "version": "5d0c3a91b7f2",
                  "loaded": { "version": "5d0c3a91b7f2", "precision": "mixed", "golden_texts": 25, "memory_mb": 44, "loaded_at": "2026-11-21T12:00:00Z", "inside": 0 }
                }
              ]
            }
            """,
        ["AccountingResponse"] =
            """{ "balanced": true, "accepted": 1200, "labelled": 1190, "pending": 7, "provisional": 0, "dead": 1, "deleted": 2, "outbox_size": 0, "oldest_pending_seconds": 0.041 }""",
        ["DeadLetterPage"] =
            """
            {
              "items": [
                {
                  "id": "019aa3b9-0f3a-7c11-8a52-94f2d7c3b001", "queue": "analyze", "reason": "rejected", "error": "The model failed on it.", "attempts": 3,
                  "post_id": "019aa3b2-5c1e-7d40-9b6e-2f1f0c8a7e11", "body": "{ }", "died_at": "2026-11-21T12:37:23Z"
                }
              ]
            }
            """,
        ["DeadLetterResponse"] =
            """
            {
              "id": "019aa3b9-0f3a-7c11-8a52-94f2d7c3b001", "queue": "analyze", "reason": "rejected", "error": "The model failed on it.", "attempts": 3,
              "post_id": "019aa3b2-5c1e-7d40-9b6e-2f1f0c8a7e11", "body": "{ }", "died_at": "2026-11-21T12:37:23Z", "replayed_at": "2026-11-21T13:02:00Z"
            }
            """,
        ["DatabaseHealthResponse"] =
            """
            {
              "reachable": true, "latency_ms": 0.42, "server_version": "15.14", "migration": "20261121165114_Initial", "pending_migrations": 0, "connections": 6, "size_bytes": 9437184,
              "tables": [{ "name": "posts", "rows": 1200, "size_bytes": 811008 }]
            }
            """,
        ["HealthResponse"] =
            """
            {
              "status": "healthy", "duration_ms": 1.8,
              "checks": [{ "name": "postgresql", "status": "healthy", "duration_ms": 0.6, "description": "answers" }, { "name": "rabbitmq", "status": "healthy", "duration_ms": 1.7, "description": "connected" }]
            }
            """,
        ["StatusResponse"] =
            """
            {
              "service": "api", "version": "1.0.0", "environment": "Production", "instance": "api-1", "started_at": "2026-11-21T12:00:00Z", "uptime_seconds": 1804.2,
              "dependencies": [{ "name": "postgresql", "state": "running", "latency_ms": 0.6, "description": "answers" }, { "name": "rabbitmq", "state": "running", "latency_ms": 1.7, "description": "connected" }],
              "queues": [{ "name": "analyze", "ready": 0, "consumers": 2 }, { "name": "dead", "ready": 0, "consumers": 1 }],
              "workers": [
                { "replica": "worker-1", "device": "cpu", "active": "compact", "active_version": "5d0c3a91b7f2", "memory_mb": 48, "memory_budget_mb": 4096, "heard_seconds_ago": 2.4 }
              ],
              "outbox": { "size": 0, "lag_seconds": 0 },
              "failsafe": { "state": "closed", "since": "2026-11-21T12:00:00Z" }
            }
            """,
        ["ServiceDescription"] =
            """{ "service": "api", "version": "1.0.0", "links": { "status": "/status", "health": "/health", "alive": "/alive", "docs": "/docs", "openapi": "/openapi/v1.json" } }""",
        ["ProblemDetails"] =
            """
            {
              "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1", "title": "The request is not valid", "status": 400, "detail": "text is required and must not be blank.",
              "errors": { "text": ["is required and must not be blank"] }, "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"
            }
            """,
    };

    public static void Write(OpenApiDocument document)
    {
        foreach (var (name, schema) in document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>())
        {
            if (schema is OpenApiSchema described && s_examples.TryGetValue(name, out var example))
            {
                described.Examples = [JsonNode.Parse(example)!];
            }
        }
    }
}
