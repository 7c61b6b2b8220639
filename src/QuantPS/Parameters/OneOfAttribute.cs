using System.Management.Automation;

namespace QuantPS.Commands;

/// <summary>The words that a parameter takes, as ValidateSet has them, whose completion says nothing of what they mean.</summary>
/// <param name="words">The words.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OneOfAttribute(params string[] words) : ValidateEnumeratedArgumentsAttribute
{
    public IReadOnlyList<string> Words => words;

    protected override void ValidateElement(object element)
    {
        if (!words.Contains($"{element}", StringComparer.OrdinalIgnoreCase))
            throw new ValidationMetadataException($"'{PlainText.Of($"{element}")}' cannot be taken here. Use {string.Join(", ", words)}.");
    }
}
