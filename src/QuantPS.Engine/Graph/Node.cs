using System.Collections.Immutable;

namespace QuantPS.Engine;

/// <summary>One operation of a graph. It computes one value, which bears its name. Immutable.</summary>
public abstract record Node
{
    /// <summary>The name of the node and of the value that it computes; unique in its graph.</summary>
    public required string Name { get; init; }

    /// <summary>The PyTorch path of the module that the operation came from (<c>features.3.conv.0.0</c>), or empty.</summary>
    public string Module { get; init; } = "";

    /// <summary>The values that it takes: graph inputs, constants or other nodes. Data first, parameters after.</summary>
    public required ImmutableArray<string> Inputs { get; init; }

    /// <summary>The operation's name, as PyTorch calls it.</summary>
    public abstract string Operator { get; }

    /// <summary>How many of the inputs, from the first, are data; the rest are parameters.</summary>
    public virtual int DataInputCount => 1;

    /// <summary>The type of the value that it computes.</summary>
    /// <param name="inputs">The types of the inputs, in order.</param>
    /// <exception cref="GraphException">The inputs do not fit the operation.</exception>
    public abstract TensorType InferType(IReadOnlyList<TensorType> inputs);

    /// <summary>The attributes as text for dumps, such as <c>kernel 3x3, stride 2</c>; empty where there are none.</summary>
    public virtual string Attributes => "";

    /// <summary>The exception for a problem with this node.</summary>
    protected GraphException Fault(string problem) => new(Name, problem);

    /// <summary>Throws unless an input has the given rank.</summary>
    protected Shape RequireRank(IReadOnlyList<TensorType> inputs, int index, int rank)
    {
        if (inputs.Count <= index) throw Fault($"{Operator} takes at least {index + 1} inputs and has {inputs.Count}.");
        Shape shape = inputs[index].Shape;
        return shape.Rank == rank ? shape : throw Fault($"{Operator} needs an input '{Inputs[index]}' of {rank} dimensions and gets {shape}.");
    }

    /// <summary>Throws unless all inputs are floats: quantized values pass through <see cref="Dequantize"/> first.</summary>
    protected void RequireFloat(IReadOnlyList<TensorType> inputs)
    {
        for (int i = 0; i < inputs.Count; i++)
            if (inputs[i].Element != ElementType.Float32)
                throw Fault($"{Operator} needs float32 inputs, and '{Inputs[i]}' is {inputs[i]}.");
    }
}
