using System.Management.Automation;
using QuantPS.Completion;
using QuantPS.Data;
using QuantPS.Engine;

namespace QuantPS.Commands;

/// <summary>The base of the cmdlets that take models from the pipeline.</summary>
public abstract class ModelCmdlet : QuantPSCmdlet
{
    /// <summary>The model, as Get-QuantizedPretrained, Import-QuantModel and the quantizing cmdlets emit it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(VariableCompleter<QuantModel>))]
    public QuantModel[] Model { get; set; } = [];

    /// <inheritdoc/>
    protected sealed override void Process() => ForEach(Model, Process);

    /// <summary>
    /// Warns where a data set has fewer classes than the network tells apart and the network does not know them by name: they are taken
    /// for its first ones, which is seldom meant.
    /// </summary>
    protected void WarnOfFewerClasses(QuantModel model, ImageDataset data)
    {
        int classes = data.Classes.Length;
        Shape output = model.Graph.InferTypes(1)[model.Graph.Output].Shape;
        if (classes == 0 || output.Rank != 2 || classes >= output[1] || data.Classes.All(model.Labels.Contains)) return;
        string names = string.Join(", ", data.Classes.Take(3)) + (classes > 3 ? ", ..." : "");
        WriteWarning($"'{data.Name}' has {classes} {(classes == 1 ? "class" : "classes")} ({names}), and '{model.Name}' tells {output[1]} apart: "
            + $"they are taken for its first {classes}, in their order. Give the folder that has one folder for each of its classes.");
    }

    /// <summary>Does the work for one model.</summary>
    protected abstract void Process(QuantModel model);
}
