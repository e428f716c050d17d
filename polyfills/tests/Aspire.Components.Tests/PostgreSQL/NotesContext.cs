using Microsoft.EntityFrameworkCore;

namespace Aspire.Components.Tests.PostgreSQL;

public sealed class Note
{
    public int Id { get; init; }

    public required string Text { get; init; }
}

public sealed class NotesContext(DbContextOptions<NotesContext> options) : DbContext(options)
{
    public DbSet<Note> Notes => Set<Note>();
}
