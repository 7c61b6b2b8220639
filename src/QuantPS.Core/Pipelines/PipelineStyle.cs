namespace QuantPS.Pipelines;

/// <summary>Who reads what a script writes.</summary>
public enum PipelineStyle
{
    /// <summary>Azure where <c>TF_BUILD</c> is set, GitHub where <c>GITHUB_ACTIONS</c> is, else Plain.</summary>
    Auto,
    /// <summary>A person.</summary>
    Plain,
    /// <summary>The agent of Azure Pipelines, which takes logging commands (<c>##vso[...]</c>).</summary>
    Azure,
    /// <summary>The runner of GitHub Actions, which takes workflow commands (<c>::...::</c>) and files.</summary>
    GitHub,
}
