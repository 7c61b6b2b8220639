using System.Management.Automation;
using QuantPS.Analysis;
using QuantPS.Completion;
using QuantPS.Engine;
using QuantPS.Engine.Execution;

namespace QuantPS.Commands;

/// <summary>Measures how long a model takes for one input on this machine.</summary>
/// <remarks>
/// <para>
/// Runs the model again and again on one random input, first to warm up and then against the clock, and reports the median. One thread is
/// the default, as it makes figures comparable; quit other programs before measuring.
/// </para>
/// <para>With -Verbose it says which instruction sets the machine has, and which operators of an int8 model ran in float because no int8
/// kernel fits them.</para>
/// </remarks>
/// <example>
/// <para>Compare a float model with its dynamic form.</para>
/// <code>
/// $float = Get-QuantizedPretrained cifar_resnet20 -Float -Untrained
/// $dynamic = $float | Invoke-DynamicQuantization
/// $float, $dynamic | Measure-ModelLatency -Duration 0.5
/// </code>
/// </example>
/// <example>
/// <para>Compare with libtorch, as PyTorch runs it.</para>
/// <code>
/// $float = Get-QuantizedPretrained cifar_resnet20 -Float -Untrained
/// $float | Measure-ModelLatency -Engine Libtorch -Duration 0.5
/// </code>
/// </example>
/// <example>
/// <para>Measure a network for text at several lengths.</para>
/// <code>
/// $bert = Get-QuantizedPretrained bert_tiny -Float -Untrained | Invoke-DynamicQuantization
/// 16, 64 | ForEach-Object { $bert | Measure-ModelLatency -SequenceLength $_ -Duration 0.2 }
/// </code>
/// </example>
/// <returns>The median, the 90th percentile and the minimum in milliseconds, and what ran.</returns>
/// <seealso cref="MeasureModelAccuracyCommand"/>
[Cmdlet(VerbsDiagnostic.Measure, "ModelLatency")]
[OutputType(typeof(LatencyReport))]
public sealed class MeasureModelLatencyCommand : ModelCmdlet
{
    /// <summary>The shape of the input, channels first: 3, 224, 224. That of the model when not given.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int[] InputShape { get; set; } = [];

    /// <summary>The number of steps or tokens of the input of a network that takes sequences; 128 when not given, or as many as it takes.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? SequenceLength { get; set; }

    /// <summary>The number of threads that one run uses.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int Threads { get; set; } = 1;

    /// <summary>For how many seconds runs are timed, after the warm-up.</summary>
    [Parameter]
    [ValidateRange(0.01, 3600.0)]
    public double Duration { get; set; } = 2;

    /// <summary>What runs the model: QuantPS, or Libtorch to compare a float model with PyTorch's own library.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnumCompleter<LatencyEngine>))]
    public Choice<LatencyEngine> Engine { get; set; }

    /// <summary>The instruction set; the best of the machine when not given.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EnumCompleter<InstructionSet>))]
    public Choice<InstructionSet>? InstructionSet { get; set; }

    /// <inheritdoc/>
    protected override void Process(QuantModel model)
    {
        var options = new LatencyOptions
        {
            Engine = Engine,
            InputShape = InputShape.Length > 0 ? Shape.Create(InputShape) : null,
            SequenceLength = SequenceLength,
            Threads = Threads,
            Duration = TimeSpan.FromSeconds(Duration),
            InstructionSet = InstructionSet,
        };
        LatencyReport latency = Run($"Timing {model.Name}",
            report => ModelLatency.Measure(model, options, report.Percent($"runs on {Engine}"), report.Cancellation));
        if (Engine == LatencyEngine.QuantPS) WriteVerbose($"Ran {latency.InstructionSet} kernels; this machine has {string.Join(", ", InstructionSets.Available)}.");
        if (model.Precision != ModelPrecision.Float32)
            foreach (string step in latency.FloatSteps)
                WriteVerbose($"Ran in float: {step}");
        WriteObject(latency);
    }
}
