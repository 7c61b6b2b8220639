using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Analysis;

/// <summary>One layer of a model, as a row to show: an operator, with the ReLU that an int8 operator does along.</summary>
/// <param name="Module">The PyTorch path of the module, or for a functional operator without one, its name.</param>
/// <param name="Operator">What it does, as PyTorch names it, such as <c>conv2d_relu</c>.</param>
/// <param name="Output">The shape of what it gives for one sample, with the batch of 1.</param>
/// <param name="Precision">What it computes in.</param>
/// <param name="ParameterCount">The number of its weights and biases.</param>
/// <param name="Attributes">Its attributes, such as <c>kernel 3, stride 2</c>.</param>
/// <param name="Activation">The scale and the zero point of what it gives; null where that is in float.</param>
/// <param name="Weight">The scales and the zero points of its weight; null where it has none or it is in float.</param>
public sealed record LayerInfo(
    string Module, string Operator, Shape Output, ModelPrecision Precision, long ParameterCount, string Attributes,
    QuantParams? Activation, QuantParams? Weight)
{
    /// <summary>The scale of what it gives; null where that is in float.</summary>
    public double? Scale => Activation?.Scales[0];

    /// <summary>The zero point of what it gives; null where that is in float.</summary>
    public long? ZeroPoint => Activation?.ZeroPoints[0];

    /// <summary>The scales of its weight: one, or one for each output channel; empty where it has none or it is in float.</summary>
    public ImmutableArray<double> WeightScales => Weight is null ? [] : [.. Weight.Scales];

    /// <inheritdoc/>
    public override string ToString() => $"{Module} {Operator} {Output} {Precision}";
}
