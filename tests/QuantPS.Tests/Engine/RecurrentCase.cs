using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.Engine.Execution;

namespace QuantPS.Tests.Engine;

/// <summary>A recurrent module with random parameters, its input and its states.</summary>
/// <param name="Module">The module; its inputs are named.</param>
/// <param name="Features">The features of x.</param>
/// <param name="Batch">The number of samples.</param>
/// <param name="Length">The number of steps; 1 for a cell.</param>
/// <param name="Parameters">Its parameters in their order.</param>
/// <param name="X">The input: batch, steps, features.</param>
/// <param name="States">The states to begin with: batch, layers * directions, hidden size; empty where they are zero.</param>
internal sealed record RecurrentCase(
    Recurrent Module, int Features, int Batch, int Length, ImmutableArray<Tensor> Parameters, float[] X, ImmutableArray<float[]> States)
{
    /// <summary>The rows of states of a sample.</summary>
    public int StateRows => Module.Layers * Module.Directions;

    public static RecurrentCase Of(Random random, Recurrent prototype, int features, int batch, int length, bool int8 = false)
    {
        int size = prototype.HiddenSize, states = prototype.HasInitialStates ? prototype.States : 0;
        float bound = 1 / MathF.Sqrt(size);
        var parameters = ImmutableArray.CreateBuilder<Tensor>();
        foreach (string name in prototype.ParameterNames)
        {
            int rows = prototype.Gates * size;
            int inputs = !name.Contains("_ih", StringComparison.Ordinal) ? size
                : prototype.IsCell || name.Contains("_l0", StringComparison.Ordinal) ? features : prototype.Directions * size;
            parameters.Add(name.StartsWith("bias", StringComparison.Ordinal) ? Tensor.From<float>(Floats(random, rows, bound))
                : int8 ? Tensor.FromCodes([.. Enumerable.Range(0, rows * inputs).Select(_ => (sbyte)random.Next(-128, 128))], [rows, inputs],
                    QuantParams.PerTensor(bound / 128 * (1 + random.NextDouble()), 0))
                : Tensor.From<float>(Floats(random, rows * inputs, bound), [rows, inputs]));
        }
        ImmutableArray<string> stateNames = [.. Enumerable.Range(0, states).Select(i => $"state{i}")];
        return new(prototype with { Name = "y", Inputs = ["x", .. stateNames, .. prototype.ParameterNames] }, features, batch, length, parameters.ToImmutable(),
            Floats(random, batch * length * features, 2), [.. stateNames.Select(_ => Floats(random, batch * prototype.Layers * prototype.Directions * size, 1))]);
    }

    /// <summary>The network, whose outputs are those of the module and its last states.</summary>
    public Graph Graph(int maxLength)
    {
        ImmutableArray<GraphInput> inputs =
        [
            new GraphInput("x", Module.IsCell ? [Features] : [maxLength, Features]) { IsSequence = !Module.IsCell },
            .. Module.Inputs.Skip(1).Take(States.Length).Select(name => new GraphInput(name, Module.IsCell ? [Module.HiddenSize] : [StateRows, Module.HiddenSize])),
        ];
        ImmutableArray<string> last = Module.States > 1 ? ["h", "c"] : ["h"];
        return new(inputs, [Module, .. last.Select(name => LastState.Of(Module, name, name == "c"))], "y",
            Module.ParameterNames.Zip(Parameters).ToDictionary(pair => pair.First, pair => pair.Second), [""], last);
    }

    /// <summary>What the engine gives: the output of every step, and the last states.</summary>
    public (float[] Output, float[] Hidden, float[] Cell) Run(CompileOptions options, int spare = 0)
    {
        using CompiledGraph compiled = CompiledGraph.Compile(Graph(Length + spare), options with { MaxBatch = Batch + spare });
        using RunBuffers buffers = compiled.CreateBuffers();
        X.CopyTo(buffers.Floats("x"));
        for (int i = 0; i < States.Length; i++) States[i].CopyTo(buffers.Floats(Module.Inputs[1 + i]));
        compiled.Run(buffers, Batch, Length);
        int states = Batch * StateRows * Module.HiddenSize;
        return (buffers.Results("y")[..(Batch * Length * Module.Directions * Module.HiddenSize)].ToArray(), buffers.Results("h")[..states].ToArray(),
            Module.States > 1 ? buffers.Results("c")[..states].ToArray() : []);
    }

    private static float[] Floats(Random random, int count, float bound) => [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle() - 1) * bound)];
}
