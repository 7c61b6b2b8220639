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
/// As aten/src/ATen/native/RNN.cpp, each sum and each product rounded. Each element is computed alike wherever it stands.
/// What is left over is computed as a whole vector, of which the elements that are there are kept.
/// </remarks>
internal readonly unsafe struct RecurrentStep<TVector, TLanes>(float* input, float* product, int pitch, float* hidden, float* cell, float* output, int count)
    where TLanes : struct, IFloatLanes<TVector>
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
        for (int i = 0; i < _count; i += TLanes.Count)
        {
            TVector input = FloatFunctions<TVector, TLanes>.Sigmoid(Sum(0, i)), forget = FloatFunctions<TVector, TLanes>.Sigmoid(Sum(1, i));
            TVector candidate = FloatFunctions<TVector, TLanes>.Tanh(Sum(2, i)), output = FloatFunctions<TVector, TLanes>.Sigmoid(Sum(3, i));
            TVector next = TLanes.Add(TLanes.Multiply(forget, TLanes.Load(_cell + i)), TLanes.Multiply(input, candidate));
            Store(next, _cell + i, i);
            TVector state = TLanes.Multiply(output, FloatFunctions<TVector, TLanes>.Tanh(next));
            Store(state, _hidden + i, i);
            Store(state, _output + i, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Gru()
    {
        for (int i = 0; i < _count; i += TLanes.Count)
        {
            TVector reset = FloatFunctions<TVector, TLanes>.Sigmoid(Sum(0, i)), update = FloatFunctions<TVector, TLanes>.Sigmoid(Sum(1, i));
            TVector candidate = FloatFunctions<TVector, TLanes>.Tanh(
                TLanes.Add(TLanes.Load(_input + 2 * _pitch + i), TLanes.Multiply(TLanes.Load(_product + 2 * _pitch + i), reset)));
            TVector state = TLanes.Add(TLanes.Multiply(TLanes.Subtract(TLanes.Load(_hidden + i), candidate), update), candidate);
            Store(state, _hidden + i, i);
            Store(state, _output + i, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Simple(bool relu)
    {
        for (int i = 0; i < _count; i += TLanes.Count)
        {
            TVector sum = Sum(0, i), state = relu ? TLanes.Max(sum, TLanes.Fill(0)) : FloatFunctions<TVector, TLanes>.Tanh(sum);
            Store(state, _hidden + i, i);
            Store(state, _output + i, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Sum(int gate, int i) => 
        TLanes.Add(TLanes.Load(_product + (nint)gate * _pitch + i), TLanes.Load(_input + (nint)gate * _pitch + i));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(TVector values, float* to, int i)
    {
        if (_count - i >= TLanes.Count) TLanes.Store(to, values);
        else TLanes.Store(to, values, _count - i);
    }
}
