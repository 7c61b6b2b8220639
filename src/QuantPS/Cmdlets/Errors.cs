using System.Collections.Frozen;
using System.Management.Automation;

namespace QuantPS.Commands;

/// <summary>Makes error records from exceptions: the one place where this is done.</summary>
internal static class Errors
{
    private static readonly FrozenDictionary<string, ErrorCategory> _categories = ErrorTable.All.ToFrozenDictionary(error => error.Id, error => error.Category);

    /// <summary>The record of an error. What is shown of it cannot be a command to a pipeline, whatever names are in it.</summary>
    public static ErrorRecord ToRecord(Exception error)
    {
        ErrorRecord record = Record(error);
        string message = record.ErrorDetails?.Message ?? record.Exception.Message;
        if (PlainText.Of(message) is var plain && plain != message) record.ErrorDetails = new ErrorDetails(plain);
        if (record.TargetObject is not null) record.CategoryInfo.TargetName = PlainText.Of(record.CategoryInfo.TargetName);
        return record;
    }

    private static ErrorRecord Record(Exception error) => error switch
    {
        QuantPSException e => Record(e, e.ErrorId, e.Target),
        IContainsErrorRecord { ErrorRecord: ErrorRecord record } => record,
        IOException or UnauthorizedAccessException => Record(error, ErrorTable.FileUnusable),
        _ => Record(error, ErrorTable.Unexpected),
    };

    private static ErrorRecord Record(Exception error, string id, object? target = null) => new(error, id, _categories.GetValueOrDefault(id, ErrorCategory.NotSpecified), target);
}
