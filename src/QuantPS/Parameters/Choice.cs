using System.Management.Automation;

namespace QuantPS.Commands;

/// <summary>
/// A value of an enumeration as a parameter takes it: the value, its name, or the start of its name. The engine completes parameters of
/// enumerations themselves, without saying what their values mean; of these it asks the completer.
/// </summary>
/// <typeparam name="T">The enumeration.</typeparam>
/// <param name="value">The value.</param>
public readonly struct Choice<T>(T value) where T : struct, Enum
{
    /// <summary>The value of a name.</summary>
    public Choice(string name) : this(LanguagePrimitives.TryConvertTo(name, out T value)
        ? value : throw new PSInvalidCastException($"'{PlainText.Of(name)}' is none of {string.Join(", ", Enum.GetNames<T>())}.")) { }

    /// <summary>The value.</summary>
    public T Value { get; } = value;

    /// <summary>The value.</summary>
    public static implicit operator T(Choice<T> choice) => choice.Value;

    /// <summary>The choice of a value.</summary>
    public static implicit operator Choice<T>(T value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
