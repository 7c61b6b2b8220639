using System.Collections.Frozen;
using System.Management.Automation;

namespace QuantPS.Commands;

/// <summary>Makes error records from exceptions: the one place where this is done.</summary>
internal static class Errors
{
    /// <summary>The identifier of an error that no user can cause: a fault of the module.</summary>
    public const string Unexpected = "UnexpectedError";

    private static readonly FrozenDictionary<string, ErrorCategory> _categories = new Dictionary<string, ErrorCategory>
    {
        ["BridgeNotFound"] = ErrorCategory.NotInstalled,
    }.ToFrozenDictionary();

    public static ErrorRecord ToRecord(Exception error) => error switch
    {
        QuantPSException e => new(e, e.ErrorId, _categories.GetValueOrDefault(e.ErrorId, ErrorCategory.InvalidArgument), e.Target),
        IContainsErrorRecord { ErrorRecord: ErrorRecord record } => record,
        IOException or UnauthorizedAccessException => new(error, "FileUnusable", ErrorCategory.ResourceUnavailable, null),
        _ => new(error, Unexpected, ErrorCategory.NotSpecified, null),
    };
}
