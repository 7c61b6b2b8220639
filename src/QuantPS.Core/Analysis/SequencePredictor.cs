using System.Globalization;
using QuantPS.Engine;
using QuantPS.Engine.Execution;

namespace QuantPS.Analysis;

/// <summary>Runs networks that take one sequence and, besides it, only states to begin with: language models, and recurrent modules alone.</summary>
public static class SequencePredictor
{
    /// <summary>Whether a network is such a one.</summary>
    public static bool Takes(QuantModel model) =>
        model.Graph.Inputs.Count(input => input.IsSequence) == 1 && model.Graph.Inputs.All(input => input.IsSequence || input.Element == ElementType.Float32);

    /// <summary>What a network gives after the last step of a sequence that it reads from states of zeros.</summary>
    /// <param name="model">A network for which <see cref="Takes"/> holds.</param>
    /// <param name="input">The ids of tokens, or the numbers of each step after those of the one before.</param>
    /// <param name="top">How many classes <see cref="Prediction.Top"/> lists.</param>
    /// <exception cref="QuantPSException"><c>InputShapeMismatch</c>: no steps, not as many numbers as whole steps have, or no id of a token.</exception>
    public static Prediction Predict(QuantModel model, ReadOnlySpan<float> input, int top)
    {
        GraphInput sequence = model.Graph.Inputs.Single(known => known.IsSequence);
        int width = (int)(sequence.Shape.ElementCount / sequence.Shape[0]), steps = input.Length / width;
        if (steps == 0 || input.Length % width != 0)
            throw new QuantPSException("InputShapeMismatch", $"'{model.Name}' takes sequences of {width} numbers a step, not {input.Length} numbers.", input.Length);
        using CompiledGraph compiled = CompiledGraph.Compile(model.Graph, new CompileOptions { MaxLength = steps, Backend = model.Backend ?? QuantizationBackend.Fbgemm });
        using RunBuffers buffers = compiled.CreateBuffers();
        foreach (GraphPort state in compiled.Inputs.Where(port => port.Name != sequence.Name)) buffers.Floats(state.Name).Clear();
        if (sequence.Element == ElementType.Float32) input.CopyTo(buffers.Floats(sequence.Name));
        else ToIds(model, sequence.Name, input).CopyTo(buffers.Indices(sequence.Name));
        compiled.Run(buffers, 1, steps);
        ReadOnlySpan<float> output = buffers.Results(compiled.Outputs[0].Name)[^compiled.OutputShape[compiled.OutputShape.Rank - 1]..];
        return Prediction.Of("", output, index => index < model.Labels.Length ? model.Labels[index] : index.ToString(CultureInfo.InvariantCulture), top);
    }

    /// <summary>Numbers as the ids of tokens.</summary>
    /// <exception cref="QuantPSException"><c>InputShapeMismatch</c>: one is no id of a token that the network knows.</exception>
    internal static long[] ToIds(QuantModel model, string name, ReadOnlySpan<float> numbers)
    {
        int known = SequenceLatency.RowsOf(model.Graph, name);
        var ids = new long[numbers.Length];
        for (int i = 0; i < ids.Length; i++)
            ids[i] = numbers[i] >= 0 && numbers[i] < known && float.IsInteger(numbers[i]) ? (long)numbers[i] : throw new QuantPSException("InputShapeMismatch",
                $"{numbers[i].ToString(CultureInfo.InvariantCulture)} is no token id of '{model.Name}', which knows the tokens 0 to {known - 1}.", numbers[i]);
        return ids;
    }
}
