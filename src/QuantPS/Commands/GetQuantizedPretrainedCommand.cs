using System.Management.Automation;
using QuantPS.Completion;
using QuantPS.Zoo;

namespace QuantPS.Commands;

/// <summary>Gets a model.</summary>
[Cmdlet(VerbsCommon.Get, "QuantizedPretrained")]
[OutputType(typeof(QuantModel))]
public sealed class GetQuantizedPretrainedCommand : QuantPSCmdlet
{
    /// <summary>The name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ArchitectureCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Float.</summary>
    [Parameter]
    public SwitchParameter Float { get; set; }

    /// <summary>Untrained.</summary>
    [Parameter]
    public SwitchParameter Untrained { get; set; }

    /// <inheritdoc/>
    protected override void Process() => ForEach(Name, name => WriteObject(Architectures.Find(name).Create(0)));
}
