using System.Runtime.CompilerServices;

namespace QuantPS.Engine.Kernels;

/// <summary>Gates and states of one step, for some of the states of a sample.</summary>
/// <param name="input">The gates of x: the first of all states, then the second, and so on.</param>
/// <param name="product">The gates of the hidden state, in the same order.</param>
/// <param name="hidden">The hidden state, which becomes the next one.</param>
/// <param name="cell">The cell state, which becomes the next one.</param>
/// <param name="output">Where the hidden state goes, too.</param>
/// <param name="count">How many states.</param>
/// <remarks>
/// As aten/src/ATen/native/RNN.cpp, but that an LSTM's gates stay fractions until they are multiplied: three divisions, not five. Each element
/// is computed alike wherever it stands.
/// What is left over is computed as a whole vector, of which the elements that are there are kept.
/// </remarks>
internal readonly unsafe struct RecurrentStep<TVector, TLanes>(float* input, float* product, float* hidden, float* cell, float* output, int count)
    where TLanes : struct, IFloatLanes<TVector>
{
    private readonly float* _input = input, _product = product, _hidden = hidden, _cell = cell, _output = output;
    private readonly int _count = count;

    public void Run(RecurrentFunction function)
    {
        switch (function)
        {
            case RecurrentFunction.Lstm: Lstm(); break;
            case RecurrentFunction.Gru: Gru(); break;
            default: Simple(function == RecurrentFunction.RnnRelu); break;
        }
    }

    /// <remarks>Two loops, as the processor looks ahead over too few vectors where one step has to wait for the other.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Lstm()
    {
        float* outputs = _product + 3 * (nint)_count;
        for (int i = 0; i < _count; i += TLanes.Count)
        {
            TVector input = FloatFunctions<TVector, TLanes>.InverseOfSigmoid(Sum(0, i)), forget = FloatFunctions<TVector, TLanes>.InverseOfSigmoid(Sum(1, i));
            (TVector candidate, TVector ofCandidate) = FloatFunctions<TVector, TLanes>.FractionOfTanh(Sum(2, i));
            TVector output = FloatFunctions<TVector, TLanes>.InverseOfSigmoid(Sum(3, i));
            Store(TLanes.Add(TLanes.Divide(TLanes.Load(_cell + i), forget), TLanes.Divide(candidate, TLanes.Multiply(input, ofCandidate))), _cell + i, i);
            Store(output, outputs + i, i);
        }
        for (int i = 0; i < _count; i += TLanes.Count)
        {
            (TVector numerator, TVector denominator) = FloatFunctions<TVector, TLanes>.FractionOfTanh(TLanes.Load(_cell + i));
            TVector state = TLanes.Divide(numerator, TLanes.Multiply(TLanes.Load(outputs + i), denominator));
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
                TLanes.Add(TLanes.Load(_input + 2 * _count + i), TLanes.Multiply(TLanes.Load(_product + 2 * _count + i), reset)));
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
        TLanes.Add(TLanes.Load(_product + (nint)gate * _count + i), TLanes.Load(_input + (nint)gate * _count + i));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(TVector values, float* to, int i)
    {
        if (_count - i >= TLanes.Count) TLanes.Store(to, values);
        else TLanes.Store(to, values, _count - i);
    }
}
