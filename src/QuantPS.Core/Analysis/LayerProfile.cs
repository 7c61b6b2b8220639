using QuantPS.Engine;

namespace QuantPS.Analysis;

/// <summary>A layer of a model, with its share of the model's time and size. The last of a model stands for all that is no layer's.</summary>
/// <param name="Model">The model's name and precision.</param>
/// <param name="Layer">The layer; null for the rest: changes of layout, and what a file has besides tensors.</param>
/// <param name="Kernel">
/// The kernel that ran it, what it computed in, and the instruction set; null where its work is done along with another layer's, and in its time.
/// </param>
/// <param name="TimeMs">The median of its times for one input, in milliseconds.</param>
/// <param name="TimeShare">Its share of the sum of these times, from 0 to 1.</param>
/// <param name="Bytes">What it puts into the model's file, in bytes.</param>
/// <param name="SizeShare">Its share of that file, from 0 to 1.</param>
public sealed record LayerProfile(string Model, LayerInfo? Layer, string? Kernel, double TimeMs, double TimeShare, long Bytes, double SizeShare)
{
    /// <summary>The PyTorch path of the module; <c>(rest)</c> for what is no layer's.</summary>
    public string Module => Layer?.Module ?? "(rest)";

    /// <summary>What it does, as PyTorch names it.</summary>
    public string Operator => Layer?.Operator ?? "";

    /// <summary>The shape of what it gives for one sample, with the batch of 1.</summary>
    public Shape? Output => Layer?.Output;

    /// <summary>What it computes in.</summary>
    public ModelPrecision? Precision => Layer?.Precision;

    /// <summary>The scale of what it gives; null where that is in float.</summary>
    public double? Scale => Layer?.Scale;

    /// <summary>The zero point of what it gives; null where that is in float.</summary>
    public long? ZeroPoint => Layer?.ZeroPoint;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Module} {Operator} {TimeShare:P1} of the time, {SizeShare:P1} of the size");
}
