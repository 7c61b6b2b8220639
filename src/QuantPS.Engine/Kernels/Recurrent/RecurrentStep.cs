using System.Numerics;
using System.Runtime.CompilerServices;

namespace QuantPS.Engine.Kernels;

/// <summary>Gates and states of one step, for some of the states of a sample.</summary>
/// <param name="input">The gates of x: the first of them, and so on behind it.</param>
/// <param name="product">The gates of the hidden state.</param>
/// <param name="pitch">The floats from a gate to the next.</param>
/// <param name="hidden">The hidden state, which becomes the next one.</param>
/// <param name="cell">The cell state, which becomes the next one.</param>
/// <param name="output">Where the hidden state goes, too.</param>
/// <param name="count">How many states.</param>
/// <remarks>
/// As aten/src/ATen/native/RNN.cpp, each sum and each product rounded. Portable vectors: each element is computed alike wherever it stands.
/// What is left over is computed as a whole vector, of which the elements that are there are kept.
/// </remarks>
internal readonly unsafe struct RecurrentStep(float* input, float* product, int pitch, float* hidden, float* cell, float* output, int count)
{
    private readonly float* _input = input, _product = product, _hidden = hidden, _cell = cell, _output = output;
    private readonly int _pitch = pitch, _count = count;

    public void Run(RecurrentFunction function)
    {
        switch (function)
        {
            case RecurrentFunction.Lstm: Lstm(); break;
            case RecurrentFunction.Gru: Gru(); break;
            default: Simple(function == RecurrentFunction.RnnRelu); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Lstm()
    {
        for (int i = 0; i < _count; i += Vector<float>.Count)
        {
            Vector<float> input = VectorMath.Sigmoid(Sum(0, i)), forget = VectorMath.Sigmoid(Sum(1, i));
            Vector<float> candidate = VectorMath.Tanh(Sum(2, i)), output = VectorMath.Sigmoid(Sum(3, i));
            Vector<float> next = forget * Vector.Load(_cell + i) + input * candidate;
            Store(next, _cell + i, i);
            Vector<float> state = output * VectorMath.Tanh(next);
            Store(state, _hidden + i, i);
            Store(state, _output + i, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Gru()
    {
        for (int i = 0; i < _count; i += Vector<float>.Count)
        {
            Vector<float> reset = VectorMath.Sigmoid(Sum(0, i)), update = VectorMath.Sigmoid(Sum(1, i));
            Vector<float> candidate = VectorMath.Tanh(Vector.Load(_input + 2 * _pitch + i) + Vector.Load(_product + 2 * _pitch + i) * reset);
            Vector<float> state = (Vector.Load(_hidden + i) - candidate) * update + candidate;
            Store(state, _hidden + i, i);
            Store(state, _output + i, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Simple(bool relu)
    {
        for (int i = 0; i < _count; i += Vector<float>.Count)
        {
            Vector<float> sum = Sum(0, i), state = relu ? Vector.Max(sum, Vector<float>.Zero) : VectorMath.Tanh(sum);
            Store(state, _hidden + i, i);
            Store(state, _output + i, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<float> Sum(int gate, int i) => Vector.Load(_product + (nint)gate * _pitch + i) + Vector.Load(_input + (nint)gate * _pitch + i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(Vector<float> values, float* to, int i)
    {
        if (_count - i >= Vector<float>.Count) Vector.Store(values, to);
        else
            for (int k = 0; k < _count - i; k++) to[k] = values[k];
    }
}
