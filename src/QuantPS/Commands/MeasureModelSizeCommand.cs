using System.Management.Automation;
using QuantPS.Analysis;

namespace QuantPS.Commands;

/// <summary>Measures how large a model is: the length of the file that Export-QuantModel writes for it.</summary>
/// <remarks>
/// <para>
/// SizeMB is in decimal megabytes, a million bytes each, as PyTorch's recipes print it. The name of the file is part of its length, as it
/// is repeated inside; it is counted as tmp here. Ratio compares with the float model that the model came from.
/// </para>
/// <para>
/// PyTorch's quantization recipe prints 14.27 MB for MobileNet v2 in float, and 3.63 and 3.98 MB in int8; here they are 14.24, 3.61 and
/// 3.90. The recipe's files were written by PyTorch 1.6, which gave the entries of a file longer names. The tensors are the same.
/// </para>
/// </remarks>
/// <example>
/// <para>Compare a model with its dynamic form.</para>
/// <code>
/// $model = Get-QuantizedPretrained mobilenet_v2 -Float -Untrained
/// $model, ($model | Invoke-DynamicQuantization) | Measure-ModelSize
/// </code>
/// </example>
/// <example>
/// <para>See which modules take the room.</para>
/// <code>
/// Get-QuantizedPretrained cifar_resnet20 -Float -Untrained | Measure-ModelSize -Detailed
/// </code>
/// </example>
/// <returns>The size of the model; with -Detailed, of each module of it.</returns>
/// <seealso cref="ExportQuantModelCommand"/>
[Cmdlet(VerbsDiagnostic.Measure, "ModelSize")]
[OutputType(typeof(ModelSize), typeof(ModuleSize))]
public sealed class MeasureModelSizeCommand : ModelCmdlet
{
    /// <summary>Emits a row for each module with tensors, in place of one for the model.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    protected override void Process(QuantModel model)
    {
        ModelSize size = Run($"Measuring {model.Name}", _ => ModelSize.Of(model));
        if (Detailed) WriteObject(size.Modules, enumerateCollection: true);
        else WriteObject(size);
    }
}
