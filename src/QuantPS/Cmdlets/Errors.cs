using System.Collections.Frozen;
using System.Management.Automation;
using QuantPS.Gates;

namespace QuantPS.Commands;

/// <summary>Makes error records from exceptions: the one place where this is done. about_QuantPS lists the identifiers.</summary>
internal static class Errors
{
    /// <summary>The identifier of an error that no user can cause: a fault of the module.</summary>
    private const string Unexpected = "UnexpectedError";

    private static readonly FrozenDictionary<string, ErrorCategory> _categories = new (ErrorCategory Category, string[] Ids)[]
    {
        (ErrorCategory.ObjectNotFound, ["ArchitectureUnknown", "BaselineNotFound", "CheckpointNotFound", "DataNotFound", "ModelNameUnknown", "ModuleNotFound", "PathNotFound",
            "StateDictNotFound", "VocabularyMissing", "WeightsNotAtHand", "WeightsUnknown"]),
        (ErrorCategory.NotInstalled, ["BridgeNotFound", "BridgeUnavailable", "CudaUnavailable", "TorchUnavailable", "InstructionSetNotAvailable"]),
        (ErrorCategory.InvalidData, ["BaselineMismatch", "BaselineUnreadable", "CalibrationNotFinite", "CheckpointMismatch", "CheckpointTooLarge", "CheckpointTruncated", "CheckpointUnreadable",
            "CheckpointUnsafe", "CheckpointUnsupported", "DataUnreadable", "ImageClassEmpty", "ImageFolderWithoutClasses",
            "ImageShapeMismatch", "ImageUnreadable", "LossNotFinite", "ModelConfigUnreadable", "NoCalibrationData", "NoReadableImages",
            "StateDictMismatch", "TextTooShort", "TokenUnknown", "VocabularyMismatch", "VocabularyUnreadable", "WeightsDamaged"]),
        (ErrorCategory.InvalidOperation, ["EngineNotSuitable", "ExportFormatUnsuitable", "ModelAlreadyQuantized", "ModelNotClassifier", "ModelNotForImages", "ModelNotForText",
            "ModelNotTrainable", "NothingToQuantize", "TorchScriptUnsupported"]),
        (ErrorCategory.LimitsExceeded, [.. QualityGate.All.Select(gate => gate.ErrorId)]),
        (ErrorCategory.ResourceExists, ["CheckpointExists", "PathInUse"]),
        (ErrorCategory.WriteError, ["CacheUnwritable", "CheckpointNotWritten", "DataUnwritable"]),
    }
    .SelectMany(group => group.Ids, (group, id) => (id, group.Category)).ToFrozenDictionary(pair => pair.id, pair => pair.Category);

    public static ErrorRecord ToRecord(Exception error) => error switch
    {
        QuantPSException e => new(e, e.ErrorId, _categories.GetValueOrDefault(e.ErrorId, ErrorCategory.InvalidArgument), e.Target),
        IContainsErrorRecord { ErrorRecord: ErrorRecord record } => record,
        IOException or UnauthorizedAccessException => new(error, "FileUnusable", ErrorCategory.ResourceUnavailable, null),
        _ => new(error, Unexpected, ErrorCategory.NotSpecified, null),
    };
}
