using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SocialSentiment.Api.Data.Entities;

namespace SocialSentiment.Api.Data;

/// <summary>
/// The platform's database; this service is its only owner. The schema and its migrations come from here, and so do the
/// reads that people ask for; what happens to every post is set-based SQL, next to the feature that does it.
/// </summary>
internal sealed class SentimentDbContext(DbContextOptions<SentimentDbContext> options) : DbContext(options)
{
    /// <summary>Words as they are: posts come in any language.</summary>
    public const string SearchLanguage = "simple";

    public DbSet<Post> Posts => Set<Post>();
    public DbSet<Sentiment> Sentiments => Set<Sentiment>();
    public DbSet<Analysis> Analyses => Set<Analysis>();
    public DbSet<EarlierText> EarlierTexts => Set<EarlierText>();
    public DbSet<DeletedPost> DeletedPosts => Set<DeletedPost>();
    public DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();
    public DbSet<OutboxEntry> Outbox => Set<OutboxEntry>();
    public DbSet<DeadLetter> DeadLetters => Set<DeadLetter>();
    public DbSet<RollupCell> Rollups => Set<RollupCell>();
    public DbSet<RollupTotal> RollupTotals => Set<RollupTotal>();
    public DbSet<RollupDelta> RollupDeltas => Set<RollupDelta>();
    public DbSet<FeedEntry> FeedEntries => Set<FeedEntry>();
    public DbSet<Prediction> Predictions => Set<Prediction>();
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();
    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();
    public DbSet<ReplyOrder> ReplyOrders => Set<ReplyOrder>();
    public DbSet<Reply> Replies => Set<Reply>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Post>(post =>
        {
            post.ToTable("posts");
            post.HasKey(p => p.Id);
            post.HasIndex(p => new { p.CreatedAt, p.Id }).IsDescending();
            post.HasIndex(p => new { p.Source, p.CreatedAt, p.Id }).IsDescending(false, true, true);
            post.HasIndex(p => new { p.Author, p.CreatedAt, p.Id }).IsDescending(false, true, true).HasFilter("author IS NOT NULL");
            post.HasIndex(p => new { p.Source, p.ExternalId }).IsUnique().HasFilter("external_id IS NOT NULL");
            post.HasGeneratedTsVectorColumn(p => p.Words, SearchLanguage, p => p.Text).HasIndex(p => p.Words).HasMethod("gin");
            post.HasOne(p => p.Sentiment).WithOne().HasForeignKey<Sentiment>(s => s.PostId).OnDelete(DeleteBehavior.Cascade);
        });

        modelBuilder.Entity<Sentiment>(sentiment =>
        {
            sentiment.ToTable("sentiments");
            sentiment.HasKey(s => s.PostId);
            sentiment.Property(s => s.Status).HasConversion<short>();
            sentiment.Property(s => s.Label).HasConversion<short?>();
            sentiment.HasIndex(s => new { s.Label, s.CreatedAt, s.PostId }).IsDescending(false, true, true).HasFilter("label IS NOT NULL");
            sentiment.HasIndex(s => s.AcceptedAt).HasFilter("status = 0").HasDatabaseName("ix_sentiments_pending");
            sentiment.HasIndex(s => new { s.CreatedAt, s.PostId }).IsDescending().HasFilter("status = 2").HasDatabaseName("ix_sentiments_dead");
        });

        modelBuilder.Entity<Analysis>(analysis =>
        {
            analysis.ToTable("analyses");
            analysis.HasKey(a => a.Id);
            analysis.Property(a => a.Label).HasConversion<short>();
            analysis.HasIndex(a => a.PostId);
            analysis.HasOne<Post>().WithMany().HasForeignKey(a => a.PostId).OnDelete(DeleteBehavior.Cascade);
        });

        modelBuilder.Entity<EarlierText>(text =>
        {
            text.ToTable("earlier_texts");
            text.HasKey(t => new { t.PostId, t.Revision });
            text.HasOne<Post>().WithMany().HasForeignKey(t => t.PostId).OnDelete(DeleteBehavior.Cascade);
        });

        modelBuilder.Entity<DeletedPost>(post =>
        {
            post.ToTable("deleted_posts");
            post.HasKey(p => p.Id);
            post.HasIndex(p => new { p.Source, p.ExternalId }).IsUnique().HasFilter("external_id IS NOT NULL");
        });

        modelBuilder.Entity<IdempotencyKey>(key =>
        {
            key.ToTable("idempotency_keys");
            key.HasKey(k => k.KeyHash);
            key.HasIndex(k => k.CreatedAt).HasMethod("brin");
        });

        modelBuilder.Entity<OutboxEntry>(entry =>
        {
            entry.ToTable("outbox");
            entry.HasKey(o => o.Id);
        });

        modelBuilder.Entity<DeadLetter>(letter =>
        {
            letter.ToTable("dead_letters");
            letter.HasKey(d => d.Id);
            letter.HasIndex(d => d.Fingerprint).IsUnique();
            letter.HasIndex(d => d.PostId).HasFilter("post_id IS NOT NULL");
        });

        modelBuilder.Entity<RollupCell>(cell =>
        {
            cell.ToTable("rollups");
            cell.HasKey(c => new { c.Minute, c.Source, c.Bucket });
            cell.Property(c => c.Bucket).HasConversion<short>();
        });

        modelBuilder.Entity<RollupTotal>(total =>
        {
            total.ToTable("rollup_totals");
            total.HasKey(t => new { t.Source, t.Bucket });
            total.Property(t => t.Bucket).HasConversion<short>();
        });

        modelBuilder.Entity<RollupDelta>(delta =>
        {
            delta.ToTable("rollup_deltas");
            delta.HasKey(d => d.Id);
            delta.Property(d => d.Bucket).HasConversion<short>();
        });

        modelBuilder.Entity<FeedEntry>(entry =>
        {
            entry.ToTable("events");
            entry.HasKey(e => e.Id);
            entry.Property(e => e.Kind).HasConversion<short>();
        });

        modelBuilder.Entity<Prediction>(prediction =>
        {
            prediction.ToTable("predictions");
            prediction.HasKey(p => p.Id);
            prediction.Property(p => p.Label).HasConversion<short>();
            prediction.HasIndex(p => new { p.At, p.Id }).IsDescending();
            prediction.HasIndex(p => new { p.At, p.Id }, "ix_predictions_fallback").IsDescending().HasFilter("fallback_reason IS NOT NULL");
        });

        modelBuilder.Entity<ApiKey>(key =>
        {
            key.ToTable("api_keys");
            key.HasKey(k => k.Id);
        });

        modelBuilder.Entity<AuditEntry>(entry =>
        {
            entry.ToTable("audit");
            entry.HasKey(a => a.Id);
            entry.HasIndex(a => a.At).HasMethod("brin");
        });

        modelBuilder.Entity<ReplyOrder>(order =>
        {
            order.ToTable("reply_orders");
            order.HasKey(o => o.Id);
            order.Property(o => o.Label).HasConversion<short?>();
            order.Property(o => o.Tone).HasConversion<short>();
            order.Property(o => o.State).HasConversion<short>();
            order.HasIndex(o => new { o.PostId, o.Tone }, "ix_reply_orders_open_of_post").IsUnique().HasFilter("state < 2 AND post_id IS NOT NULL");
            order.HasIndex(o => new { o.RequestedAt, o.Id }, "ix_reply_orders_open").HasFilter("state < 2");
            order.HasIndex(o => new { o.PostId, o.RequestedAt }).IsDescending(false, true).HasFilter("post_id IS NOT NULL");
            order.HasIndex(o => o.RequestedAt, "ix_reply_orders_previews").HasFilter("post_id IS NULL");
            order.HasOne<Post>().WithMany().HasForeignKey(o => o.PostId).OnDelete(DeleteBehavior.Cascade);
        });

        modelBuilder.Entity<Reply>(reply =>
        {
            reply.ToTable("replies");
            reply.HasKey(r => r.Id);
            reply.Property(r => r.Source).HasConversion<short>();
            reply.Property(r => r.Decision).HasConversion<short>();
            reply.HasIndex(r => r.JobId);
            reply.HasOne<ReplyOrder>().WithMany().HasForeignKey(r => r.JobId).OnDelete(DeleteBehavior.Cascade);
        });

        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
            }

            foreach (var key in entity.GetKeys())
            {
                key.SetName($"pk_{entity.GetTableName()}");
            }

            foreach (var index in entity.GetIndexes())
            {
                index.SetDatabaseName(index.GetDatabaseName() is { } name && name.StartsWith("ix_", StringComparison.Ordinal)
                    ? name
                    : $"ix_{entity.GetTableName()}_{string.Join('_', index.Properties.Select(property => property.GetColumnName()))}");
            }

            foreach (var key in entity.GetForeignKeys())
            {
                key.SetConstraintName($"fk_{entity.GetTableName()}_{key.PrincipalEntityType.GetTableName()}");
            }
        }
    }
}
