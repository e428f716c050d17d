using Microsoft.EntityFrameworkCore;

namespace SocialSentiment.Api.Data;

/// <summary>The platform's database; this service is its only owner.</summary>
public sealed class SentimentDbContext(DbContextOptions<SentimentDbContext> options) : DbContext(options);
