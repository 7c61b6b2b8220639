using System.Management.Automation;
using QuantPS.Analysis;
using QuantPS.Completion;

namespace QuantPS.Commands;

/// <summary>Compares models with a reference: size, accuracy, latency, and how far each layer lies from it.</summary>
/// <remarks>
/// <para>
/// The times are taken in turns, round by round, so that what slows the machine slows both models; their ratio comes with the range that it
/// lies in and how sure that is. Quit other programs before, or give more rounds.
/// </para>
/// <para>
/// The layers of an int8 model have the names of the float model's: on the same images, the property Layers says for each what of it is
/// signal and what is the noise of quantization, in decibels (SQNR). What earlier layers lost is in the figure of a later one.
/// </para>
/// <para>
/// Text classifiers are compared on labelled texts (a .csv or .tsv file), language models by their perplexity on a text (a .txt file); layers are compared
/// on images alone. Without -Data, sizes and times are compared.
/// </para>
/// </remarks>
/// <example>
/// <para>Compare an int8 model with the float one that it came from.</para>
/// <code>
/// New-SampleDataset ./shapes -Train 64 -Test 50
/// $float = Get-QuantizedPretrained sample_net -Float
/// $int8 = $float | Invoke-StaticQuantization ./shapes/train
/// $int8 | Compare-QuantModel -Reference $float -Data ./shapes/test -Duration 0.5
/// </code>
/// </example>
/// <example>
/// <para>See which layers lose most.</para>
/// <code>
/// New-SampleDataset ./shapes -Train 64 -Test 50
/// $float = Get-QuantizedPretrained sample_net -Float
/// $int8 = $float | Invoke-StaticQuantization ./shapes/train
/// $comparison = $int8 | Compare-QuantModel -Reference $float -Data ./shapes/test -Part Layers
/// $comparison.WorstLayer
/// $comparison.Layers | Where-Object Sqnr -lt 40
/// </code>
/// </example>
/// <returns>One comparison a model; its properties hold what was measured of both.</returns>
/// <seealso cref="TestQuantModelGateCommand"/>
/// <seealso cref="AssertQuantModelGateCommand"/>
[Cmdlet(VerbsData.Compare, "QuantModel")]
[OutputType(typeof(ModelComparison))]
public sealed class CompareQuantModelCommand : ComparingCmdlet
{
    /// <summary>The model, as Get-QuantizedPretrained, Import-QuantModel and the quantizing cmdlets emit it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(VariableCompleter<QuantModel>))]
    public QuantModel[] Model { get; set; } = [];

    /// <summary>The model to compare with: most often the float model that the others were made from.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(VariableCompleter<QuantModel>))]
    public QuantModel Reference { get; set; } = null!;

    /// <summary>What to measure; the size always is. Accuracy and Layers need -Data.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnumCompleter<ComparisonParts>))]
    public Choice<ComparisonParts>[] Part { get; set; } = [ComparisonParts.All];

    /// <inheritdoc/>
    protected override QuantModel? ComparedWith => Reference;

    /// <inheritdoc/>
    protected override void Begin()
    {
        base.Begin();
        if (Data is null && Part.Any(part => part.Value is ComparisonParts.Accuracy or ComparisonParts.Layers))
            WriteWarning("Accuracy and Layers need -Data: without it they are not compared.");
    }

    /// <inheritdoc/>
    protected override void Process() => ForEach(Model, model => WriteObject(Compare(model, Part.Aggregate(ComparisonParts.Size, (parts, part) => parts | part))));
}
