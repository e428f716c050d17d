using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace SocialSentiment.ServiceDefaults.Http;

/// <summary>What is wrong with a request, field by field.</summary>
public sealed class Validation
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    public bool Failed => _errors.Count > 0;

    public IReadOnlyDictionary<string, string[]> Errors => _errors;

    public void Add(string field, string reason)
        => _errors[field] = _errors.TryGetValue(field, out var reasons) ? [.. reasons, reason] : [reason];

    public ProblemHttpResult ToProblem() => Of(_errors);

    public static ProblemHttpResult Problem(string field, string reason)
        => Of(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [reason] });

    private static ProblemHttpResult Of(IDictionary<string, string[]> errors)
        => TypedResults.Problem(new HttpValidationProblemDetails(errors)
        {
            Status = StatusCodes.Status400BadRequest,
            Title = "The request is not valid",
            Detail = string.Join("; ", errors.SelectMany(error => error.Value.Select(reason => $"{error.Key} {reason}"))) + ".",
        });
}
