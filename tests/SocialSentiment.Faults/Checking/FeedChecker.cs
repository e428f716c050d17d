using SocialSentiment.Contracts.Events;
using SocialSentiment.Contracts.Posts;
using SocialSentiment.Faults.Workload;

namespace SocialSentiment.Faults.Checking;

/// <summary>Plays the live feed back, post by post: nothing twice, nothing missing, no step back, and at the end what is there.</summary>
internal static class FeedChecker
{
    public static void Check(History history, Readback readback, List<Finding> findings)
    {
        var feed = readback.Feed!;
        for (var i = 1; i < feed.Count; i++)
        {
            if (feed[i].Id <= feed[i - 1].Id)
            {
                findings.Add(new(Broken.Feed, $"event {feed[i].Id} came after {feed[i - 1].Id}"));
            }
        }

        if (readback.FeedResets > 0)
        {
            findings.Add(new(Broken.Feed, $"the listener lost its place {readback.FeedResets} times"));
        }

        // A post whose answer never came may be there or not, and so may its events.
        var posts = readback.Posts.ToDictionary(post => post.Id);
        var acknowledged = history.Posts.Where(post => post.Acknowledged).ToDictionary(post => post.Id);
        var known = posts.Keys.Concat(acknowledged.Keys).ToHashSet();
        foreach (var stranger in feed.Where(happened => happened.Source == history.Source && !known.Contains(happened.PostId)).DistinctBy(happened => happened.PostId))
        {
            findings.Add(new(Broken.Fabricated, $"event {stranger.Id} is about {stranger.PostId}, which nobody knows"));
        }

        var events = feed.ToLookup(happened => happened.PostId);
        foreach (var id in known)
        {
            var played = new Played();
            foreach (var happened in events[id])
            {
                if (played.Next(happened) is { } wrong)
                {
                    findings.Add(new(Broken.Feed, $"{id}: {wrong} (event {happened.Id}, {happened.Kind} of revision {happened.Revision})"));
                }
            }

            var expected = posts.TryGetValue(id, out var post) ? Expected(post) : (acknowledged[id].Revision, State.Deleted);
            var (revision, state) = (played.Revision, played.State);

            // Of a post deleted in doubt only its end is known.
            if (state != expected.Item2 || (post is not null && revision != expected.Item1))
            {
                findings.Add(new(Broken.Feed, $"{id}: the feed leaves it {state} at revision {revision}, but it is {expected.Item2} at {expected.Item1}"));
            }
        }
    }

    private static (int Revision, State State) Expected(PostResponse post) => (post.Revision, post.Status switch
    {
        PostStatus.Labelled => State.Labelled,
        PostStatus.Dead => State.Dead,
        _ when post.Sentiment is not null => State.Provisional,
        _ => State.Pending,
    });

    private enum State
    {
        Unknown,
        Pending,
        Provisional,
        Labelled,
        Dead,
        Deleted,
    }

    /// <summary>Where a post stands after the events so far.</summary>
    private sealed class Played
    {
        public State State { get; private set; }

        public int Revision { get; private set; }

        /// <summary>Takes the next event; says what is wrong with it, if anything.</summary>
        public string? Next(FeedEvent happened)
        {
            var (next, allowed) = happened.Kind switch
            {
                PostEventKind.Created => (State.Pending, State == State.Unknown && happened.Revision == 1),
                PostEventKind.Provisional => (State.Provisional, State == State.Pending && happened.Revision == Revision),
                PostEventKind.Labelled => (State.Labelled, State is State.Pending or State.Provisional && happened.Revision == Revision),
                PostEventKind.Dead => (State.Dead, State is State.Pending or State.Provisional && happened.Revision == Revision),
                PostEventKind.Edited => (State.Pending, State is not (State.Unknown or State.Deleted) && happened.Revision == Revision + 1),
                PostEventKind.Replayed => (State.Pending, State == State.Dead && happened.Revision == Revision),
                PostEventKind.Deleted => (State.Deleted, State is not (State.Unknown or State.Deleted)),
                _ => (State, false),
            };
            var wrong = allowed ? null : $"was {State} at revision {Revision}";
            (State, Revision) = (next, happened.Kind == PostEventKind.Deleted ? Revision : happened.Revision);
            return wrong;
        }
    }
}
