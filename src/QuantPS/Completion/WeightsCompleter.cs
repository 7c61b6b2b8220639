using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using QuantPS.Zoo;

namespace QuantPS.Completion;

/// <summary>Completes the names of the weights of the networks that <c>-Name</c> is bound to, or of all; with <c>-Float</c> of the float ones.</summary>
public sealed class WeightsCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        WildcardPattern[] names = [.. Names(fakeBoundParameters["Name"]).Select(name => new WildcardPattern(name, WildcardOptions.IgnoreCase))];
        bool onlyFloat = fakeBoundParameters.Contains("Float");
        return Completions.For(wordToComplete, WeightsCatalogue.All
            .Where(weights => names.Length == 0 || names.Any(name => name.IsMatch(weights.Name)))
            .Where(weights => !onlyFloat || weights.Backend is null)
            .OrderByDescending(weights => weights.IsDefault)
            .GroupBy(weights => weights.Weights)
            .Select(same => (same.Key, names.Length == 0 ? $"of {string.Join(", ", same.Select(weights => weights.Name))}" : Describe(same.First()))));
    }

    private static IEnumerable<string> Names(object? bound) => bound switch
    {
        string name => [name],
        IEnumerable several => several.OfType<object>().Select(name => name.ToString()!),
        _ => [],
    };

    private static string Describe(PretrainedWeights weights) => string.Join(", ",
    [
        $"{weights}",
        .. weights.Top1 is null ? [] : new[] { $"top-1 {weights.Top1:0.00} %" },
        .. weights.SizeMB is null ? [] : new[] { $"{weights.SizeMB:0.0} MB" },
        .. weights.IsDefault ? new[] { "the default" } : [],
    ]);
}
