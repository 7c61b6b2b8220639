namespace QuantPS;

/// <summary>An error that a user can cause and mend. Its message names the file, layer or parameter at fault and says what to do.</summary>
/// <param name="errorId">The stable identifier that scripts test for, in PascalCase.</param>
/// <param name="message">The message. It may hold names that came with a file: the exception has it as <see cref="PlainText"/>.</param>
/// <param name="target">The path, name or object at fault.</param>
/// <param name="inner">The exception behind it.</param>
public sealed class QuantPSException(string errorId, string message, object? target = null, Exception? inner = null)
    : Exception(PlainText.Of(message), inner)
{
    /// <summary>The stable identifier that scripts test for, in PascalCase.</summary>
    public string ErrorId { get; } = errorId;

    /// <summary>The path, name or object at fault.</summary>
    public object? Target { get; } = target;
}
