using System.Management.Automation;
using QuantPS.Analysis;

namespace QuantPS.Commands;

/// <summary>Draws the layers of a model with their precision and scale, and their shares of its time and size.</summary>
/// <remarks>
/// <para>
/// Runs the model on one random input, and times each layer. Where the engine does the work of several layers at once, such as a convolution and
/// the ReLU or the sum behind it, the time stands with the first that has weights; the others have no Kernel. The last row, (rest), has what is no
/// layer's: changes of layout, and the parts of a file that are not tensors.
/// </para>
/// <para>
/// Each row is an object, so that layers can be sorted and chosen; the drawing is their view. The scale and zero point are those of the codes that
/// a layer gives; a layer in float has none. The first runs do not count.
/// </para>
/// </remarks>
/// <example>
/// <para>Draw a model.</para>
/// <code>
/// Get-QuantizedPretrained cifar_resnet20 -Untrained | Format-QuantModel -Duration 0.1
/// </code>
/// </example>
/// <example>
/// <para>Find the layers that take the time.</para>
/// <code>
/// $model = Get-QuantizedPretrained cifar_resnet20 -Untrained
/// $model | Format-QuantModel -Duration 0.1 | Where-Object TimeShare -GT 0.05
/// </code>
/// </example>
/// <returns>A row for each layer, in the order in which they run, and one for the rest.</returns>
/// <seealso cref="MeasureModelSizeCommand"/>
/// <seealso cref="MeasureModelLatencyCommand"/>
/// <seealso cref="CompareQuantModelCommand"/>
/// <seealso cref="ExportQuantHistogramCommand"/>
[Cmdlet(VerbsCommon.Format, "QuantModel")]
[OutputType(typeof(LayerProfile))]
public sealed class FormatQuantModelCommand : ModelCmdlet
{
    /// <summary>For how many seconds the model runs, after the warm-up.</summary>
    [Parameter]
    [ValidateRange(0.01, 3600.0)]
    public double Duration { get; set; } = 1;

    /// <summary>The number of threads that a run uses.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int Threads { get; set; } = 1;

    /// <inheritdoc/>
    protected override void Process(QuantModel model) => WriteObject(
        Run($"Timing {model.Name}", report => ModelProfiler.Profile(model, TimeSpan.FromSeconds(Duration), Threads, report.Percent("layer by layer"), report.Cancellation)),
        enumerateCollection: true);
}
