namespace QuantPS.Pipelines;

/// <summary>
/// Says things in the way of whoever runs a script. Each method gives the lines to write to the output. Texts may hold anything: names in
/// them are untrusted, and none becomes a command.
/// </summary>
public abstract class PipelineFormat
{
    /// <summary>The format of a style.</summary>
    /// <param name="style">The style; Auto looks at the environment.</param>
    /// <param name="environment">Gives an environment variable by its name; that of the process when null.</param>
    public static PipelineFormat For(PipelineStyle style, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        return style switch
        {
            PipelineStyle.Azure => new AzureFormat(),
            PipelineStyle.GitHub => new GitHubFormat(environment),
            PipelineStyle.Auto when !string.IsNullOrEmpty(environment("TF_BUILD")) => new AzureFormat(),
            PipelineStyle.Auto when !string.IsNullOrEmpty(environment("GITHUB_ACTIONS")) => new GitHubFormat(environment),
            _ => new PlainFormat(),
        };
    }

    /// <summary>The style; never Auto.</summary>
    public abstract PipelineStyle Style { get; }

    /// <summary>An error or a warning.</summary>
    /// <param name="isError">Whether it is an error.</param>
    /// <param name="id">Its identifier.</param>
    /// <param name="message">What it says.</param>
    /// <param name="file">The script that it is about, or null.</param>
    /// <param name="line">The line of that, from 1; 0 where it is not known.</param>
    public abstract IEnumerable<string> Issue(bool isError, string id, string message, string? file = null, int line = 0);

    /// <summary>A value for later steps.</summary>
    /// <param name="name">Its name: letters, digits and dots.</param>
    /// <param name="value">The value.</param>
    public abstract IEnumerable<string> Variable(string name, string value);

    /// <summary>How far the work is.</summary>
    public abstract IEnumerable<string> Progress(int percent, string activity);

    /// <summary>A Markdown file for the page that sums up the run.</summary>
    /// <param name="path">Its full path.</param>
    public abstract IEnumerable<string> Summary(string path);

    /// <summary>Files to keep with the run.</summary>
    /// <param name="paths">Their full paths.</param>
    /// <param name="name">The name of the artifact that they go into.</param>
    public abstract IEnumerable<string> Artifact(IReadOnlyList<string> paths, string name);

    /// <summary>A word that marks the run.</summary>
    public abstract IEnumerable<string> Tag(string tag);
}
