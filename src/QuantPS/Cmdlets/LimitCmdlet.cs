using System.Collections;
using System.Management.Automation;
using QuantPS.Analysis;
using QuantPS.Completion;
using QuantPS.Gates;

namespace QuantPS.Commands;

/// <summary>The base of the cmdlets that take limits for models, which are measured here or were compared before.</summary>
public abstract class LimitCmdlet : ComparingCmdlet
{
    /// <summary>The parameter set in which models are measured.</summary>
    protected const string ModelSet = "Model";

    /// <summary>The parameter set in which models were compared before.</summary>
    protected const string ComparisonSet = "Comparison";

    /// <summary>The model, as Get-QuantizedPretrained, Import-QuantModel and the quantizing cmdlets emit it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ModelSet)]
    [ArgumentCompleter(typeof(VariableCompleter<QuantModel>))]
    public QuantModel[] Model { get; set; } = [];

    /// <summary>What Compare-QuantModel gave for a model; nothing is measured again.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ComparisonSet)]
    [ArgumentCompleter(typeof(VariableCompleter<ModelComparison>))]
    public ModelComparison[] Comparison { get; set; } = [];

    /// <summary>The model to compare with: most often the float model that the other was made from.</summary>
    [Parameter(ParameterSetName = ModelSet)]
    [ArgumentCompleter(typeof(VariableCompleter<QuantModel>))]
    public QuantModel? Reference { get; set; }

    /// <summary>The most points of top-1 accuracy that a model may have less than the reference, or than the baseline where there is no reference.</summary>
    [Parameter]
    public double MaxAccuracyDrop { get; set; }

    /// <summary>The least top-1 accuracy, in percent.</summary>
    [Parameter]
    [ValidateRange(0.0, 100.0)]
    public double MinAccuracy { get; set; }

    /// <summary>The most that the perplexity of a language model may be of the reference's, or of the baseline's: 1.01 allows one percent more.</summary>
    [Parameter]
    public double MaxPerplexityRatio { get; set; }

    /// <summary>The most perplexity that a language model may have.</summary>
    [Parameter]
    public double MaxPerplexity { get; set; }

    /// <summary>The most decimal megabytes that the model's file may have.</summary>
    [Parameter]
    public double MaxSizeMB { get; set; }

    /// <summary>The least number of times that the file of the reference must be as long; without a reference, that of the float model it came from.</summary>
    [Parameter]
    public double MinRatio { get; set; }

    /// <summary>The most that the model's time may be of the reference's: 0.5 asks for twice the speed.</summary>
    [Parameter]
    public double MaxLatencyRatio { get; set; }

    /// <summary>The least signal-to-quantization-noise ratio of every layer against the reference, in decibels.</summary>
    [Parameter]
    public double MinLayerSqnr { get; set; }

    /// <summary>Limits that warn where they are not kept, by the names of the parameters, as in @{ MaxAccuracyDrop = 0.5 }.</summary>
    [Parameter]
    public Hashtable SoftLimit { get; set; } = [];

    /// <inheritdoc/>
    protected sealed override QuantModel? ComparedWith => Reference;

    /// <summary>The limits that the parameters give.</summary>
    protected GateLimits GivenLimits => new(
        GateLimits.Empty.SetItems(
            from gate in QualityGate.All
            where MyInvocation.BoundParameters.ContainsKey(gate.Name)
            select KeyValuePair.Create(gate.Name, (double)MyInvocation.BoundParameters[gate.Name])),
        GateLimits.Empty.SetItems(SoftLimit.Cast<DictionaryEntry>().Select(entry => KeyValuePair.Create($"{entry.Key}", Number(entry)))));

    /// <summary>What has to be measured.</summary>
    protected abstract ComparisonParts Parts { get; }

    /// <inheritdoc/>
    protected sealed override void Process()
    {
        ForEach(Comparison, comparison => Process(comparison, comparison));
        ForEach(Model, model => Process(Compare(model, Parts), model));
    }

    /// <summary>Does the work for one model.</summary>
    /// <param name="comparison">What was measured of it.</param>
    /// <param name="input">What came in: the model, or the comparison.</param>
    protected abstract void Process(ModelComparison comparison, object input);

    private static double Number(DictionaryEntry entry) => LanguagePrimitives.TryConvertTo(entry.Value, out double number)
        ? number : throw new QuantPSException("GateLimitInvalid", $"The soft limit {entry.Key} is '{PlainText.Of($"{entry.Value}")}', which is not a number.", entry.Value);
}
