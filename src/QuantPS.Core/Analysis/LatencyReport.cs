using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.Engine.Execution;

namespace QuantPS.Analysis;

/// <summary>How long a model takes for one input.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Precision">What it holds its weights and activations in.</param>
/// <param name="MedianMs">The median of the times of the runs, in milliseconds.</param>
/// <param name="P90Ms">The time that nine runs of ten did not exceed, in milliseconds.</param>
/// <param name="MinMs">The shortest time, in milliseconds.</param>
/// <param name="Runs">The number of timed runs.</param>
/// <param name="InputShape">The shape of the input.</param>
/// <param name="Engine">What ran it.</param>
/// <param name="InstructionSet">The instruction set that ran; null where it is not known.</param>
/// <param name="Threads">The number of threads.</param>
/// <param name="FloatSteps">The operators that ran in float, as lines of text; of an int8 model, what found no int8 kernel.</param>
public sealed record LatencyReport(
    string Name, ModelPrecision Precision, double MedianMs, double P90Ms, double MinMs, int Runs, Shape InputShape,
    LatencyEngine Engine, InstructionSet? InstructionSet, int Threads, ImmutableArray<string> FloatSteps);
