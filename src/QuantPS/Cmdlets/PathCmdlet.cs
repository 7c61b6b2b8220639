using System.Management.Automation;

namespace QuantPS.Commands;

/// <summary>The base of the cmdlets that read from paths.</summary>
public abstract class PathCmdlet : QuantPSCmdlet
{
    /// <summary>The parameter set in which paths may have wildcards.</summary>
    protected const string PathSet = "Path";

    /// <summary>The parameter set in which paths are taken as they are.</summary>
    protected const string LiteralPathSet = "LiteralPath";

    /// <summary>The path. Wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PathSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The path, taken as it is: no character is a wildcard.</summary>
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected sealed override void Process()
    {
        bool literally = ParameterSetName == LiteralPathSet;
        ForEach(literally ? LiteralPath : Path, path => ForEach(FilesAt(path, literally), Process));
    }

    /// <summary>Does the work for one full path.</summary>
    protected abstract void Process(string path);
}
