using System.Management.Automation;

namespace QuantPS.Commands;

/// <summary>The base of the cmdlets that take models from the pipeline.</summary>
public abstract class ModelCmdlet : QuantPSCmdlet
{
    /// <summary>The model, as Get-QuantizedPretrained, Import-QuantModel and the quantizing cmdlets emit it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public QuantModel[] Model { get; set; } = [];

    /// <inheritdoc/>
    protected sealed override void Process() => ForEach(Model, Process);

    /// <summary>Does the work for one model.</summary>
    protected abstract void Process(QuantModel model);
}
