using System.Collections;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace SocialSentiment.ServiceDefaults.Options;

/// <summary>Validates data annotations all the way down and names each error by its configuration path: <c>Section:Member</c>.</summary>
internal sealed class AnnotationsValidator<T>(string section) : IValidateOptions<T>
    where T : class
{
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var errors = Errors(section, options).ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> Errors(string path, object value)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(value, new ValidationContext(value), results, validateAllProperties: true);
        foreach (var result in results)
        {
            foreach (var member in result.MemberNames.DefaultIfEmpty())
            {
                yield return $"{(member is null ? path : $"{path}:{member}")}: {result.ErrorMessage}";
            }
        }

        foreach (var property in value.GetType().GetProperties().Where(property => property.CanRead && property.GetIndexParameters().Length == 0))
        {
            foreach (var (suffix, nested) in Nested(property.GetValue(value)))
            {
                foreach (var error in Errors($"{path}:{property.Name}{suffix}", nested))
                {
                    yield return error;
                }
            }
        }
    }

    /// <summary>Options of our own inside the options; the framework's types have nothing to validate.</summary>
    private static IEnumerable<(string Suffix, object Value)> Nested(object? value) => value switch
    {
        null or string => [],
        IDictionary entries => entries.Keys.Cast<object>().SelectMany(key => Nested(entries[key]).Select(nested => ($":{key}{nested.Suffix}", nested.Value))),
        IEnumerable items => items.Cast<object?>().SelectMany((item, i) => Nested(item).Select(nested => ($":{i}{nested.Suffix}", nested.Value))),
        _ when value.GetType() is { IsClass: true } type && type.Assembly != typeof(object).Assembly && type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true => [("", value)],
        _ => [],
    };
}
